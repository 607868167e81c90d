using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Secrets;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>Packages, secrets and examples: what a notebook needs and tries around its agents.</summary>
internal static class SurroundingFacts
{
    private const int MaxExamples = 50;
    private const int MaxInput = 8000;
    private const int MaxRecorded = 4000;

    public static IReadOnlyList<NotebookPackage> Packages(NotebookProgram program)
    {
        var imported = program.Cells.SelectMany(c => c.Module.Descendants()).SelectMany(Imports).Select(Distributions.Of)
            .OfType<string>().ToHashSet(StringComparer.Ordinal);
        var installed = program.Installed.GroupBy(i => i.Name).ToDictionary(g => g.Key, g => g.Last().Version, StringComparer.Ordinal);
        return [.. imported.Concat(installed.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => new NotebookPackage(
                name, installed.GetValueOrDefault(name), installed.ContainsKey(name), imported.Contains(name)))];
    }

    public static IReadOnlyList<NotebookSecret> Secrets(NotebookProgram program)
    {
        var removed = program.RemovedSecrets.GroupBy(r => r.Name)
            .ToDictionary(g => g.Key, g => g.Min(r => r.Origin)!, StringComparer.Ordinal);
        var read = program.Interpreter.Environment.All.Where(r => EnvironmentReads.IsSecret(r.Name))
            .ToDictionary(r => r.Name, r => r.Origin, StringComparer.Ordinal);
        return [.. removed.Keys.Concat(read.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            new NotebookSecret(name, removed.ContainsKey(name), read.TryGetValue(name, out var at) && !removed.ContainsKey(name) ? at
                : removed.GetValueOrDefault(name) ?? at!))];
    }

    public static IReadOnlyList<ExampleInput> Examples(NotebookDraft draft, Dictionary<AgentDraft, string> names)
    {
        var outputs = draft.Program.File.Cells;
        return [.. draft.Examples
            .Where(e => e.Agent is null || names.ContainsKey(e.Agent.ReplacedBy ?? e.Agent))
            .Select(e => new ExampleInput(
                e.Agent is null ? null : names[e.Agent.ReplacedBy ?? e.Agent], e.Input.Length > MaxInput ? e.Input[..MaxInput] : e.Input,
                    Recorded(outputs[e.Origin.Cell]), e.Origin))
            .DistinctBy(e => (e.Agent, e.Input)).OrderBy(e => e.Origin).Take(MaxExamples)];
    }

    /// <summary>The cell's saved text, without secrets that were printed; null when it ended with an error.</summary>
    private static string? Recorded(Files.NotebookCell cell)
    {
        if (cell.Failed || string.IsNullOrWhiteSpace(cell.Output)) return null;
        var text = LiteralSecrets.RemoveFromText(cell.Output, cell.Index, []);
        return text.Length > MaxRecorded ? text[..MaxRecorded] : text;
    }

    private static IEnumerable<string> Imports(Node node) => node switch
    {
        Import import => import.Names.Select(a => a.Name),
        ImportFrom { Level: 0, Module: { } module } from => from.Names.Select(a => $"{module}.{a.Name}"),
        _ => [],
    };
}
