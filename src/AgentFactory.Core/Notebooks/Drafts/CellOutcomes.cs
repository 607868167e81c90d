using AgentFactory.Core.Notebooks.Files;
using AgentFactory.Core.Notebooks.Programs;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>Says of every cell what became of it.</summary>
internal static class CellOutcomes
{
    public static IReadOnlyList<CellReport> Of(NotebookDraft draft, NotebookConversion conversion, IReadOnlySet<int> programCells)
    {
        var made = Made(draft, conversion);
        var used = Used(draft.Program, made.Keys);
        used.UnionWith(programCells);
        return [.. draft.Program.File.Cells.Select(c => Report(c, draft, made, used))];
    }

    /// <summary>What is made in each cell, in words.</summary>
    private static Dictionary<int, string> Made(NotebookDraft draft, NotebookConversion conversion)
    {
        var things = conversion.Agents.Select(a => (a.Origin.Cell, What: $"agent {a.Definition.Name}"))
            .Concat(conversion.Tools.Select(t => (t.Origin.Cell, What: $"tool {t.Definition.Name}")))
            .Concat(draft.Flows.SelectMany(f => f.Steps).Select(s => (s.Origin.Cell, What: "task of the flow")));
        return things.GroupBy(t => t.Cell).ToDictionary(g => g.Key, g => $"Makes {string.Join(", ", g.Select(t => t.What).Distinct())}.");
    }

    /// <summary>Cells whose names those cells read, directly or through others.</summary>
    private static HashSet<int> Used(NotebookProgram program, IEnumerable<int> from)
    {
        var (used, seen) = (new HashSet<int>(), new HashSet<string>(StringComparer.Ordinal));
        var start = from.ToHashSet();
        var open = new Queue<string>(program.Statements.All.Where(s => start.Contains(s.Cell.Index)).SelectMany(s => s.Reads));
        while (open.TryDequeue(out var name))
        {
            if (!seen.Add(name)) continue;
            foreach (var statement in program.Statements.Making(name))
            {
                used.Add(statement.Cell.Index);
                foreach (var read in statement.Reads) open.Enqueue(read);
            }
        }
        return used;
    }

    private static CellReport Report(NotebookCell cell, NotebookDraft draft, Dictionary<int, string> made, HashSet<int> used)
    {
        var type = cell.Type.ToString().ToLowerInvariant();
        var (outcome, reason, next) = cell switch
        {
            { Type: not CellType.Code } => (CellOutcome.Ignored, "Text for readers.", (string?)null),
            _ when !NotebookProgram.IsPython(draft.Program.File, cell) => OtherLanguage(cell, draft.Program.File),
            _ when cell.Source.Trim().Length == 0 => (CellOutcome.Ignored, "Empty.", null),
            _ when draft.Program.Languages.TryGetValue(cell.Index, out var magic) => Magic(cell.Index, magic, draft),
            _ => Python(cell.Index, draft, made, used),
        };
        return new CellReport(cell.Index, type, outcome, reason, next);
    }

    private static (CellOutcome, string, string?) OtherLanguage(NotebookCell cell, NotebookFile file) =>
        (CellOutcome.NotConverted, $"Its language is {cell.Language ?? file.Language}; only Python is converted.",
            "Rewrite what the agents need in Python.");

    private static (CellOutcome, string, string?) Magic(int cell, string magic, NotebookDraft draft) => magic switch
    {
        _ when draft.Program.Installed.Any(i => i.Origin.Cell == cell) => (CellOutcome.Support, "Installs packages.", null),
        "writefile" or "file" when draft.Program.Interpreter.Files.Read.Contains(cell) =>
            (CellOutcome.Support, "Writes a file that the notebook reads.", null),
        "writefile" or "file" => (CellOutcome.Ignored, "It writes a file that is not Python.", null),
        _ => (CellOutcome.Ignored, $"It is %%{magic}, not Python.", null),
    };

    private static (CellOutcome, string, string?) Python(int cell, NotebookDraft draft, Dictionary<int, string> made, HashSet<int> used)
    {
        var unread = draft.Program.Unread.FirstOrDefault(u => u.Origin.Cell == cell);
        var skipped = draft.NotConverted.Find(n => n.Origin.Cell == cell);
        var problem = unread is null ? null : $"Line {unread.Origin.Line} could not be read as Python: {unread.Message}.";
        if (made.TryGetValue(cell, out var what))
            return (CellOutcome.Converted, problem is null ? what : $"{what} {problem}", problem is null ? null : "Check that line.");
        if (skipped is not null) return (CellOutcome.NotConverted, $"{skipped.What}: {skipped.Why}", skipped.Next);
        if (problem is not null) return (CellOutcome.NotConverted, problem, "Correct the line and convert again.");
        return Support(cell, draft, used) is { } reason
            ? (CellOutcome.Support, reason, null)
            : (CellOutcome.Ignored, draft.CellReasons.GetValueOrDefault(cell) ?? "No agent or tool uses it.", null);
    }

    private static string? Support(int cell, NotebookDraft draft, HashSet<int> used)
    {
        if (draft.Program.Installed.Any(i => i.Origin.Cell == cell)) return "Installs packages.";
        if (used.Contains(cell)) return "What was converted uses it.";
        if (draft.Examples.Exists(e => e.Origin.Cell == cell)) return "Tries an agent: its input became an example.";
        if (draft.Understood.Any(c => c.Cell.Index == cell) && !draft.CellReasons.ContainsKey(cell)) return "Runs what was converted.";
        return draft.Program.Interpreter.Environment.All.Any(e => e.Origin.Cell == cell) ? "Names secrets or settings." : null;
    }
}
