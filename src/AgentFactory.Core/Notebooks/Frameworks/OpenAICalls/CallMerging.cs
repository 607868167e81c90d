using AgentFactory.Core.Notebooks.Drafts;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>
/// Several requests that are one agent: the same instructions again, or the same tools asked again, or one template filled differently.
/// </summary>
internal static class CallMerging
{
    public static void Merge(List<AgentDraft> found, NotebookDraft draft)
    {
        foreach (var agent in found.ToList())
        {
            var other = found.Find(a => a != agent && a.ReplacedBy is null && found.IndexOf(a) < found.IndexOf(agent) && IsSame(a, agent))
                ?? found.Find(a => a != agent && a.ReplacedBy is null && IsVagueVersion(agent, a));
            if (other is null) continue;
            Take(other, agent);
            draft.Agents.Remove(agent);
        }
        foreach (var place in found.Where(a => a.ReplacedBy is null).GroupBy(a => a.Call.Node)
            .Where(g => g.Count() > 1)) CallNames.TellApart([.. place]);
    }

    private static bool IsSame(AgentDraft a, AgentDraft b)
    {
        if (a.Model.Name != b.Model.Name) return false;
        if (a.Instructions.ToString() == b.Instructions.ToString()) return a.Instructions.KnownLength > 0 || SameTools(a, b);
        return a.Call.Node == b.Call.Node && SameTools(a, b) && a.Instructions.IsComposed && b.Instructions.IsComposed
            && Start(a) == Start(b) && Start(a).Length >= 20;
    }

    /// <summary>Of one place, what is known only in general against what a call with known values made.</summary>
    private static bool IsVagueVersion(AgentDraft vague, AgentDraft known) =>
        vague.Call.Node == known.Call.Node && vague.Instructions.KnownLength == 0 && known.Instructions.KnownLength > 0;

    private static bool SameTools(AgentDraft a, AgentDraft b) =>
        Names(a).SetEquals(Names(b));

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
