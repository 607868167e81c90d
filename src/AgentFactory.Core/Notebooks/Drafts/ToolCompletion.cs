using System.Text;
using System.Text.Json;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <param name="Names">Names of the definitions, for the drafts that became one.</param>
/// <param name="Failed">Drafts whose program could not be taken out of the notebook.</param>
/// <param name="Cells">Cells that programs are made of.</param>
internal sealed record CompletedTools(
    IReadOnlyList<ConvertedTool> Tools, IReadOnlyDictionary<ToolDraft, string> Names, IReadOnlyList<ToolDraft> Failed,
        IReadOnlySet<int> Cells);

/// <summary>Makes tool definitions of the drafts that some agent uses.</summary>
internal static class ToolCompletion
{
    private const int MaxDescription = 4096;
    private const int MaxSchema = 64 << 10;

    public static CompletedTools Complete(NotebookDraft draft, IReadOnlyDictionary<AgentDraft, string> agents)
    {
        var writer = new ProgramWriter(draft.Program.Statements, draft.Program.Interpreter);
        var (taken, names, failed, cells) = (
            new HashSet<string>(StringComparer.Ordinal), new Dictionary<ToolDraft, string>(), new List<ToolDraft>(), new HashSet<int>());
        var tools = new List<ConvertedTool>();
        foreach (var tool in draft.Agents.SelectMany(a => a.Tools.Take(DraftCompletion.MaxTools)).Distinct().OrderBy(t => t.Origin)
            .ThenBy(t => t.DeclaredName, StringComparer.Ordinal))
        {
            var name = Slugs.OfTool(tool.DeclaredName, "tool");
            if (tool.Agent is { } target)
            {
                target = target.ReplacedBy ?? target;
                if (!agents.TryGetValue(target, out var agent)) continue;
                names[tool] = Slugs.UniqueTool(name, taken);
                tools.Add(Converted(tool, Definition(tool, names[tool], ToolKind.Agent, ToolEffect.Once, draft) with { Agent = agent },
                    null));
            }
            else if (writer.Write(tool.Function!, tool.Entry!) is { } program)
            {
                names[tool] = Slugs.UniqueTool(name, taken);
                cells.UnionWith(program.Cells);
                // Code that stays in its sandbox can be repeated; what reaches out may have been done already.
                var effect = program.Needs.Count == 0 ? ToolEffect.Read : ToolEffect.Once;
                tools.Add(Converted(tool, Definition(
                    tool, names[tool], ToolKind.Python, effect, draft) with
                { Python = program.Program }, program));
                Note(names[tool], tool, program, draft);
            }
            else
            {
                failed.Add(tool);
                draft.Skip($"tool {tool.DeclaredName}", null, "Its code cannot be taken out of the notebook as a program of its own.",
                    "Make it a plain function at the top level of a cell.", tool.Origin);
            }
        }
        return new CompletedTools(tools, names, failed, cells);
    }

    private static ConvertedTool Converted(ToolDraft tool, ToolDefinition definition, WrittenProgram? program) =>
        new(definition, tool.Origin)
        {
            DeclaredName = tool.DeclaredName,
            Aliases = [.. tool.Aliases],
            State = program?.State ?? [],
            Needs = program?.Needs ?? [],
        };

    private static ToolDefinition Definition(ToolDraft tool, string name, ToolKind kind, ToolEffect effect, NotebookDraft draft)
    {
        var schema = JsonValues.Element(tool.Parameters);
        if (Encoding.UTF8.GetByteCount(schema.GetRawText()) > MaxSchema)
        {
            draft.Note(FindingLevel.Action, name, "Its schema is larger than 64 KiB and was left out.",
                "Describe the arguments more briefly.", tool.Origin);
            schema = JsonSerializer.SerializeToElement(new { type = "object" });
        }
        return new ToolDefinition
        {
            Name = name,
            Description = tool.Description.Length <= MaxDescription ? tool.Description : tool.Description[..MaxDescription],
            Parameters = schema,
            Kind = kind,
            Effect = effect,
        };
    }

    private static void Note(string name, ToolDraft tool, WrittenProgram program, NotebookDraft draft)
    {
        if (program.Missing.Count > 0)
            draft.Note(FindingLevel.Action, name,
                $"It uses names that the notebook does not define for it: {string.Join(", ", program.Missing)}.",
                "Define them in the tool's code.", tool.Origin);
        if (program.Local.Count > 0)
            draft.Note(FindingLevel.Action, name, $"It imports files that are not in the notebook: {string.Join(", ", program.Local)}.",
                "Put their code into the tool.", tool.Origin);
        if (program.State.Count > 0)
            draft.Note(FindingLevel.Warning, name,
                $"It changes module variables, which are not kept between calls: {string.Join(", ", program.State)}.",
                "Keep such state in a store of yours if it matters.", tool.Origin);
        if (program.Needs.Contains("network"))
            draft.Note(FindingLevel.Action, name, "It uses the network, which no tool of a notebook may do until you grant it.",
                "Read its code, then set network: true in the tool's definition.", tool.Origin);
        foreach (var (need, what) in new[]
        {
            ("files", "reads or writes files: it sees only its own empty folder"), ("processes", "starts other programs"),
                ("code", "runs code that it is given (eval, exec)"),
            ("input", "asks a person with input(), which fails here"),
        })
        {
            if (program.Needs.Contains(need))
                draft.Note(FindingLevel.Warning, name, $"It {what}.", "Read its code before you use it.", tool.Origin);
        }
        if (program.Program.Requirements.Count > 0)
            draft.Note(FindingLevel.Action, name,
                $"It imports packages that the sandbox must have: {string.Join(", ", program.Program.Requirements)}.",
                "Install them for the sandbox's Python, or rewrite the tool without them.", tool.Origin);
    }
}
