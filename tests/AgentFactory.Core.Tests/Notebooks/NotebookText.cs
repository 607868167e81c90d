using System.Text;
using System.Text.Json;
using AgentFactory.Core.Notebooks;

namespace AgentFactory.Core.Tests.Notebooks;

/// <summary>Notebooks written as the sources of their code cells.</summary>
internal static class NotebookText
{
    public static byte[] File(params string[] cells) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        nbformat = 4,
        nbformat_minor = 5,
        metadata = new { },
        cells = cells.Select(source => new { cell_type = "code", metadata = new { }, source, outputs = Array.Empty<object>() }),
    });

    public static NotebookConversion Convert(params string[] cells) =>
        NotebookConverter.Convert(File(cells), new ConversionOptions { FileName = "folder/My Notebook.ipynb" },
            TestContext.Current.CancellationToken);

    public static ConvertedAgent Agent(this NotebookConversion conversion, string name) =>
        conversion.Agents.Single(a => a.Definition.Name == name);

    public static ConvertedTool Tool(this NotebookConversion conversion, string name) =>
        conversion.Tools.Single(t => t.Definition.Name == name);

    /// <summary>Everything a conversion gives out, as one text.</summary>
    public static string AllText(this NotebookConversion conversion)
    {
        var text = new StringBuilder(JsonSerializer.Serialize(conversion, Wire.Options)).Append(conversion.ToReport());
        text.Append(JsonSerializer.Serialize(NormalisedConversion.Of(conversion), Wire.Options));
        foreach (var (path, content) in ConversionDraft.Files(conversion)) text.Append(path).Append(content);
        return text.ToString();
    }
}
