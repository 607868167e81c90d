using System.Security.Cryptography;
using AgentFactory.Core.Notebooks.Files;

namespace AgentFactory.Core.Notebooks;

/// <summary>
/// Converts a Jupyter notebook into agents and tools without running any of it. Pure: the same bytes and options give the same conversion.
/// Thread-safe; nothing is logged; nothing reaches a model or the network.
/// </summary>
public static class NotebookConverter
{
    /// <param name="file">The .ipynb file, at most 50 MB.</param>
    /// <exception cref="AgentFactoryException"><c>notebook_invalid</c> or <c>too_large</c>: what is wrong with the file, and where.</exception>
    public static NotebookConversion Convert(ReadOnlyMemory<byte> file, ConversionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var notebook = NotebookReader.Read(file.Span);
        return new NotebookConversion
        {
            Name = Slugs.Of(Path.GetFileNameWithoutExtension(FileNameOf(options) ?? ""), "notebook"),
            FileName = FileNameOf(options),
            Sha256 = System.Convert.ToHexStringLower(SHA256.HashData(file.Span)),
            Language = notebook.Language,
            Cells = [.. notebook.Cells.Select(c => new CellReport(c.Index, c.Type.ToString().ToLowerInvariant(), CellOutcome.Ignored, "It makes no agent.", null))],
        };
    }

    /// <summary>The last part of a path in either system's form.</summary>
    private static string? FileNameOf(ConversionOptions options) =>
        options.FileName?.Split('/', '\\')[^1] is { Length: > 0 } name ? name : null;
}
