using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Notebooks;

/// <summary>
/// A conversion as a folder of files that people read, edit and load with <c>agent-factory</c>: <c>agents/NAME.yaml</c>,
/// <c>tools/NAME.json</c> with its program in <c>tools/NAME.py</c>, <c>flow.json</c>, <c>examples.json</c>, <c>requirements.txt</c> and
/// <c>report.md</c>.
/// </summary>
public static class ConversionDraft
{
    /// <summary>
    /// Paths (relative, <c>/</c> between folders) and texts, ordered by path. Names in paths are those of valid definitions, so no path
    /// leaves the folder.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Files(NotebookConversion conversion)
    {
        ArgumentNullException.ThrowIfNull(conversion);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["report.md"] = $"# {conversion.Name}\n\n```text\n{conversion.ToReport().Replace("```", "'''", StringComparison.Ordinal)}```\n",
        };
        foreach (var agent in conversion.Agents)
            files[$"agents/{agent.Definition.Name}.yaml"] = AgentDocument.ToYaml(agent.Definition);
        foreach (var tool in conversion.Tools) AddTool(files, tool.Definition);
        if (conversion.Flow is { } flow) files["flow.json"] = Json(flow);
        if (conversion.Examples.Count > 0) files["examples.json"] = Json(conversion.Examples);
        var requirements = conversion.Tools.SelectMany(t => t.Definition.Python?.Requirements ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (requirements.Count > 0) files["requirements.txt"] = string.Join('\n', requirements) + "\n";
        return files;
    }

    private static void AddTool(SortedDictionary<string, string> files, ToolDefinition tool)
    {
        files[$"tools/{tool.Name}.json"] = Json(tool);
        // The same program, to read and to run by hand; the .json file is what is loaded.
        if (tool.Python is { } program) files[$"tools/{tool.Name}.py"] = program.Code;
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Indented) + "\n";

    private static readonly JsonSerializerOptions Indented = new(Wire.Options) { WriteIndented = true, NewLine = "\n" };
}
