using System.Security.Cryptography;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Files;
using AgentFactory.Core.Notebooks.Frameworks;
using AgentFactory.Core.Notebooks.Programs;

namespace AgentFactory.Core.Notebooks;

/// <summary>
/// Converts a Jupyter notebook into agents and tools without running any of it. Pure: the same bytes and options give the same conversion.
/// Thread-safe; nothing is logged; nothing reaches a model or the network.
/// </summary>
public static class NotebookConverter
{
    /// <param name="file">The .ipynb file, at most 50 MB.</param>
    /// <exception cref="AgentFactoryException">
    /// <c>notebook_invalid</c> or <c>too_large</c>: what is wrong with the file, and where.
    /// </exception>
    public static NotebookConversion Convert(ReadOnlyMemory<byte> file, ConversionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var notebook = NotebookReader.Read(file.Span);
        var identity = new NotebookConversion
        {
            Name = Slugs.Of(Path.GetFileNameWithoutExtension(FileNameOf(options) ?? ""), "notebook"),
            FileName = FileNameOf(options),
            Sha256 = System.Convert.ToHexStringLower(SHA256.HashData(file.Span)),
            Language = notebook.Language,
        };
        var draft = new NotebookDraft(NotebookProgram.Read(notebook, cancellationToken));
        foreach (var rule in FrameworkRules.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rule.Apply(draft);
        }
        if (draft.Program.Interpreter.IsExhausted)
            draft.Skip("the rest of the notebook", null, "The notebook is larger than what a conversion goes through.",
                "Split it into several notebooks.", new Provenance(notebook.Cells.Count - 1, 1));
        return DraftCompletion.Complete(draft, identity, options);
    }

    /// <summary>The last part of a path in either system's form.</summary>
    private static string? FileNameOf(ConversionOptions options) =>
        options.FileName?.Split('/', '\\')[^1] is { Length: > 0 } name ? name : null;
}
