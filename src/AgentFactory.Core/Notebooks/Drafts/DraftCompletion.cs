using AgentFactory.Core.Agents;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>Makes the conversion of a draft: names, definitions, programs, and what became of everything else.</summary>
internal static class DraftCompletion
{
    private const int MaxTitle = 200;
    private const int MaxDescription = 2000;
    private const int MaxInstructions = 200_000;
    /// <summary>Tools of one agent; more are left out and told.</summary>
    public const int MaxTools = 128;

    private const int MaxHandoffs = 32;

    public static NotebookConversion Complete(NotebookDraft draft, NotebookConversion identity, ConversionOptions options)
    {
        Supersede(draft);
        draft.Agents.Sort((a, b) => a.Origin.CompareTo(b.Origin));
        var names = NameAgents(draft, identity.Name);
        var tools = ToolCompletion.Complete(draft, names);
        var agents = draft.Agents.Select(a => Convert(a, names, tools, options, draft)).ToList();
        var flow = FlowCompletion.Complete(draft, names);
        var conversion = identity with
        {
            Agents = agents,
            Tools = [.. tools.Tools.OrderBy(t => t.Origin)],
            UnavailableTools = Distinct(draft),
            Flow = flow,
            Packages = SurroundingFacts.Packages(draft.Program),
            Secrets = SurroundingFacts.Secrets(draft.Program),
            Knowledge = KnowledgeSources.Of(draft.Program),
            Examples = SurroundingFacts.Examples(draft, names),
            Findings = [.. draft.Findings.OrderBy(f => f.Origin).ThenBy(f => f.About, StringComparer.Ordinal)
                .ThenBy(f => f.What, StringComparer.Ordinal)],
            NotConverted = [.. draft.NotConverted.OrderBy(n => n.Origin).ThenBy(n => n.What, StringComparer.Ordinal)],
        };
        return conversion with { Cells = CellOutcomes.Of(draft, conversion, tools.Cells) };
    }

    /// <summary>
    /// An agent that a later cell makes again under the same name and variable counts once, as it is last, unless others still use it.
    /// </summary>
    private static void Supersede(NotebookDraft draft)
    {
        var byName = draft.Agents.Where(a => a.DeclaredName is not null).ToLookup(a => a.DeclaredName);
        var users = draft.Agents
            .SelectMany(a => a.Handoffs.Concat(a.Tools.Select(t => t.Agent).OfType<AgentDraft>()), (User, Used) => (User, Used))
            .ToLookup(use => use.Used, use => use.User);
        foreach (var early in draft.Agents)
        {
            var later = byName[early.DeclaredName]
                .LastOrDefault(a => a != early && a.ReplacedBy is null && a.Origin > early.Origin && IsAgain(early, a));
            if (later is null || users[early].Any(user => user != later && user.ReplacedBy is null)) continue;
            early.ReplacedBy = later;
            draft.Note(FindingLevel.Note, later.DisplayName, $"{early.Origin} makes an agent of this name too; the last one counts.",
                null, later.Origin);
        }
        draft.Agents.RemoveAll(a => a.ReplacedBy is not null);
        foreach (var agent in draft.Agents)
        {
            for (var i = 0; i < agent.Handoffs.Count; i++) agent.Handoffs[i] = agent.Handoffs[i].ReplacedBy ?? agent.Handoffs[i];
        }
    }

    /// <summary>
    /// The same variable of the module or of a function that is written again; a local name of another function is another agent,
    /// unless it is made just like this one.
    /// </summary>
    private static bool IsAgain(AgentDraft early, AgentDraft later) =>
        early.Framework == later.Framework && early.DeclaredName is not null && early.DeclaredName == later.DeclaredName
        && early.Aliases.Intersect(later.Aliases).Any()
        && (Around(early) == Around(later)
            || early.Instructions.ToString() == later.Instructions.ToString() && early.Model.Name == later.Model.Name
                && early.Tools.ToHashSet().SetEquals(later.Tools));

    private static string? Around(AgentDraft agent) => agent.Call.Through is [.., var inner] ? inner.Name : null;

    private static Dictionary<AgentDraft, string> NameAgents(NotebookDraft draft, string notebook)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return draft.Agents.ToDictionary(a => a, a =>
            Slugs.UniqueAgent(Slugs.Of(a.DeclaredName ?? a.FallbackName ?? notebook, notebook), taken));
    }

    private static ConvertedAgent Convert(
        AgentDraft agent, Dictionary<AgentDraft, string> names, CompletedTools tools, ConversionOptions options, NotebookDraft draft)
    {
        var name = names[agent];
        if (agent.Model.Note is { } note && options.Model is null)
            draft.Note(FindingLevel.Note, name, note, null, agent.Origin);
        NotePlaceholders(agent, name, draft);
        if (agent.Tools.Count > MaxTools)
            draft.Note(FindingLevel.Action, name, $"It has {agent.Tools.Count} tools; the first {MaxTools} were taken.",
                "Divide its work among several agents.", agent.Origin);
        foreach (var left in agent.Unavailable)
            draft.Note(FindingLevel.Action, name, $"Its tool {left.Name} is left out. {left.Why}", left.Next, left.Origin);
        var definition = new AgentDefinition
        {
            Name = name,
            Title = Cut(agent.DeclaredName, MaxTitle) is { Length: > 0 } title && title != name ? title : null,
            Description = Cut(agent.Description, MaxDescription),
            Instructions = Cut(agent.Instructions.ToString(), MaxInstructions) ?? "",
            Model = options.Model ?? agent.Model.Name,
            Settings = agent.Settings,
            Tools = [.. agent.Tools.Select(t => tools.Names.GetValueOrDefault(t)).OfType<string>().Distinct().Take(MaxTools)],
            Handoffs = [.. agent.Handoffs.Where(h => h != agent && names.ContainsKey(h)).Select(h => names[h]).Distinct()
                .Take(MaxHandoffs)],
            OutputSchema = agent.OutputSchema,
        };
        return new ConvertedAgent(definition, agent.DeclaredName, [.. agent.Aliases], agent.Origin)
        {
            Framework = agent.Framework,
            DeclaredModel = agent.Model.Declared,
            OutputType = agent.OutputType,
            UnavailableTools = [.. agent.Unavailable.Select(t => t.Name)
                .Concat(tools.Failed.Where(agent.Tools.Contains).Select(t => t.DeclaredName)).Distinct()],
        };
    }

    private static void NotePlaceholders(AgentDraft agent, string name, NotebookDraft draft)
    {
        var open = agent.Instructions.Parts.Where(p => p.IsPlaceholder).Select(p => $"{{{p.Text}}}").Distinct().ToList();
        if (open.Count > 0)
            draft.Note(FindingLevel.Action, name,
                $"Its instructions hold what is known only at run time: {string.Join(", ", open.Take(5))}.",
                "Replace the placeholders in the instructions, or give the values with the question.", agent.Origin);
    }

    private static List<UnavailableTool> Distinct(NotebookDraft draft) =>
        [.. draft.Agents.SelectMany(a => a.Unavailable).DistinctBy(t => t.Name).OrderBy(t => t.Origin)
            .ThenBy(t => t.Name, StringComparer.Ordinal)];

    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
