using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>How the agents of a notebook work together: what a rule found, else what their links say.</summary>
internal static class FlowCompletion
{
    private const string Start = "START";
    private const string End = "END";

    public static ConvertedFlow? Complete(NotebookDraft draft, Dictionary<AgentDraft, string> names)
    {
        if (draft.Agents.Count == 0) return null;
        var handoffs = draft.Agents.SelectMany(a => a.Handoffs.Where(names.ContainsKey).Select(h => new FlowEdge(names[a], names[h])))
            .Distinct().ToList();
        var asTools = draft.Agents.SelectMany(
            a => a.Tools.Select(t => t.Agent?.ReplacedBy ?? t.Agent).OfType<AgentDraft>().Where(names.ContainsKey)
            .Select(t => new FlowEdge(names[a], names[t]))).Distinct().ToList();
        if (draft.Flows.Count > 0 && handoffs.Count == 0 && asTools.Count == 0) return OfCrew(draft.Flows[^1], names);
        var kind = handoffs.Count > 0 ? "handoff"
            : asTools.Count > 0 ? "agents-as-tools"
            : draft.Guards.Count > 0 ? "guardrail"
            : IsRetrieval(draft) ? "rag"
            : draft.Agents.Count > 1 ? OfCalls(draft)
            : draft.Agents[0].Framework == "openai" && HasTools(draft.Agents[0]) ? "tool-loop" : "single";
        return new ConvertedFlow(kind)
        {
            Nodes = [.. draft.Agents.Select(a => names[a])],
            Edges = [.. handoffs.Concat(asTools).Distinct()],
            Steps = [.. draft.Flows.SelectMany(f => Steps(f, names))],
        };
    }

    private static ConvertedFlow OfCrew(FlowDraft flow, Dictionary<AgentDraft, string> names)
    {
        var nodes = flow.Nodes.Where(names.ContainsKey).Select(n => names[n]).ToList();
        var steps = Steps(flow, names);
        var order = steps.Select(s => s.Agent).OfType<string>().Prepend(Start).Append(End).ToList();
        var edges = flow.Kind == "sequential" ? order.Zip(order.Skip(1), (from, to) => new FlowEdge(from, to)).Where(e => e.From != e.To)
            .Distinct().ToList() : [];
        return new ConvertedFlow(flow.Kind) { Nodes = nodes, Edges = edges, Steps = steps };
    }

    private static List<FlowStep> Steps(FlowDraft flow, Dictionary<AgentDraft, string> names) => [.. flow.Steps.Select(s =>
        new FlowStep(s.Agent is null ? null : names.GetValueOrDefault(s.Agent), s.Task, s.ExpectedOutput, s.Context, s.Origin))];

    private static bool IsRetrieval(NotebookDraft draft) => draft.Agents
        .Exists(a => a.Unavailable.Exists(t => t.Name == "hosted:file_search")) && draft.Agents.Count == 1;

    private static bool HasTools(AgentDraft agent) => agent.Tools.Count + agent.Unavailable.Count > 0;

    /// <summary>Plain requests: one whose function calls another's is checked or helped by it.</summary>
    private static string OfCalls(NotebookDraft draft)
    {
        var calls = draft.Agents.Where(a => a.Framework == "openai").ToList();
        if (calls.Exists(a => a.OutputType is not null && calls.Exists(b => b != a && Reaches(b.Call, a.Call)))) return "evaluator-loop";
        return calls.Exists(HasTools) ? "tool-loop" : "separate";
    }

    /// <summary>The function around one request is also gone through on the way to the other.</summary>
    private static bool Reaches(ExternalCall outer, ExternalCall inner) =>
        outer.Through.Count > 0 && inner.Through.Any(f => f.Definition == outer.Through[^1].Definition)
            && inner.Through[^1].Definition != outer.Through[^1].Definition;
}
