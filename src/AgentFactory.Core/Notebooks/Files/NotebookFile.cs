namespace AgentFactory.Core.Notebooks.Files;

/// <summary>A notebook file as it was read: every cell, outputs as text only.</summary>
/// <param name="Language">Of the kernel, in lower case; <c>python</c> when the file names none.</param>
internal sealed record NotebookFile(string Language, IReadOnlyList<NotebookCell> Cells);

internal enum CellType
{
    Code,
    Markdown,
    Raw,
}

/// <param name="Source">As saved; line ends are <c>\n</c>.</param>
/// <param name="Language">When the cell says so itself (VS Code and Polyglot notebooks); else null.</param>
/// <param name="Output">Saved text outputs, joined, cut at a limit; null when there is none.</param>
/// <param name="Failed">The saved output holds an error.</param>
internal sealed record NotebookCell(int Index, CellType Type, string Source, string? Language, string? Output, bool Failed);
