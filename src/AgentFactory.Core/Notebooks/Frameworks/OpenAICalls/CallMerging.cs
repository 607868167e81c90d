using AgentFactory.Core.Notebooks.Drafts;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>
/// Several requests that are one agent: the same instructions again, or the same tools asked again, or one template filled differently.
/// </summary>
internal static class CallMerging
{
    public static void Merge(List<AgentDraft> found, NotebookDraft draft)
    {
        var (byContent, byPlace) = (new Dictionary<string, AgentDraft>(), found.ToLookup(a => a.Call.Node));
        foreach (var agent in found)
        {
            var content = Content(agent);
            var here = byPlace[agent.Call.Node];
            var other = byContent.GetValueOrDefault(content)
                ?? here.TakeWhile(a => a != agent).FirstOrDefault(a => a.ReplacedBy is null && IsSameTemplate(a, agent))
                ?? here.FirstOrDefault(a => a.ReplacedBy is null && IsVagueVersion(agent, a));
            if (other is null) byContent.Add(content, agent);
            else Take(other, agent);
        }
        draft.Agents.RemoveAll(a => a.ReplacedBy is not null && byPlace.Contains(a.Call.Node));
        foreach (var place in byPlace)
            if (place.Where(a => a.ReplacedBy is null).ToList() is { Count: > 1 } several) CallNames.TellApart(several);
    }

    /// <summary>
    /// Requests that are equal in this are one agent: the model and the instructions, and the tools where no instructions are known.
    /// </summary>
    private static string Content(AgentDraft agent)
    {
        var tools = agent.Instructions.KnownLength > 0 ? "" : string.Join('\n', Names(agent).Order(StringComparer.Ordinal));
        return $"{agent.Model.Name}\0{agent.Instructions}\0{tools}";
    }

    private static bool IsSameTemplate(AgentDraft a, AgentDraft b) =>
        a.Model.Name == b.Model.Name && a.Instructions.IsComposed && b.Instructions.IsComposed
        && Start(a) == Start(b) && Start(a).Length >= 20 && Names(a).SetEquals(Names(b));

    /// <summary>Of one place, what is known only in general against what a call with known values made.</summary>
    private static bool IsVagueVersion(AgentDraft vague, AgentDraft known) =>
        vague.Call.Node == known.Call.Node && vague.Instructions.KnownLength == 0 && known.Instructions.KnownLength > 0;

    private static HashSet<string> Names(AgentDraft agent) =>
        [.. agent.Tools.Select(t => t.DeclaredName), .. agent.Unavailable.Select(t => t.Name)];

    private static string Start(AgentDraft agent) =>
        agent.Instructions.Parts is [{ IsPlaceholder: false, Text: var text }, ..] ? text[..Math.Min(text.Length, 20)] : "";

    private static void Take(AgentDraft keeper, AgentDraft other)
    {
        other.ReplacedBy = keeper;
        foreach (var alias in other.Aliases) keeper.AddAlias(alias);
        foreach (var tool in other.Tools.Where(t => !keeper.Tools.Contains(t))) keeper.Tools.Add(tool);
        foreach (var tool in other.Unavailable.Where(t => keeper.Unavailable.TrueForAll(k => k.Name != t.Name)))
            keeper.Unavailable.Add(tool);
    }
}
