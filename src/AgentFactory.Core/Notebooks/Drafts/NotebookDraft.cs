using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>What the rules found in one notebook. Rules add to it; <see cref="DraftCompletion"/> makes the conversion of it.</summary>
internal sealed class NotebookDraft(NotebookProgram program)
{
    private readonly Dictionary<ExternalCall, AgentDraft> agentsByCall = [];
    private readonly Dictionary<Node, List<AgentDraft>> agentsByPlace = [];
    private readonly Dictionary<object, ToolDraft> toolsByValue = [];
    private readonly HashSet<Finding> noted = [];
    private readonly HashSet<(string, Provenance)> skipped = [];

    public NotebookProgram Program { get; } = program;
    public List<AgentDraft> Agents { get; } = [];
    public List<ToolDraft> Tools { get; } = [];
    public List<Finding> Findings { get; } = [];
    public List<NotConverted> NotConverted { get; } = [];
    public List<FlowDraft> Flows { get; } = [];
    public List<ExampleDraft> Examples { get; } = [];

    /// <summary>Calls that a rule understood and that make no agent: runs, tasks, follow-ups.</summary>
    public HashSet<ExternalCall> Understood { get; } = [];

    /// <summary>Why a cell that talks to a model makes no agent.</summary>
    public Dictionary<int, string> CellReasons { get; } = [];

    /// <summary>Agents of which another agent's check is made.</summary>
    public HashSet<AgentDraft> Guards { get; } = [];

    /// <summary>
    /// The agent of a call. The same place with the same content is the same agent; of one place, what a call with known values made
    /// is kept rather than what is only known in general.
    /// </summary>
    public AgentDraft Add(AgentDraft agent)
    {
        if (agentsByCall.TryGetValue(agent.Call, out var known)) return known;
        if (!agentsByPlace.TryGetValue(agent.Call.Node, out var here)) agentsByPlace[agent.Call.Node] = here = [];
        if (here.Find(a => IsSame(a, agent)) is { } same)
        {
            foreach (var alias in agent.Aliases) same.AddAlias(alias);
            return agentsByCall[agent.Call] = same;
        }
        Agents.Add(agent);
        here.Add(agent);
        return agentsByCall[agent.Call] = agent;
    }

    /// <summary>The agent that a value is; null when it is none.</summary>
    public AgentDraft? AgentOf(Value? value) => value switch
    {
        ResultValue result => AgentOf(result.Call),
        ObjectValue made => made.Attributes.Values.OfType<ResultValue>().Select(r => AgentOf(r.Call)).FirstOrDefault(a => a is not null),
        _ => null,
    };

    /// <summary>The agent that a call makes, or that the same place made with other values.</summary>
    public AgentDraft? AgentOf(ExternalCall? call)
    {
        if (call is null) return null;
        var agent = agentsByCall.GetValueOrDefault(call) ?? agentsByPlace.GetValueOrDefault(call.Node)?[0];
        return agent?.ReplacedBy ?? agent;
    }

    /// <summary>The tool that a function or class is, made on first use.</summary>
    public ToolDraft ToolOf(object key, Func<ToolDraft> make)
    {
        if (toolsByValue.TryGetValue(key, out var tool)) return tool;
        toolsByValue[key] = tool = make();
        Tools.Add(tool);
        return tool;
    }

    public void Note(FindingLevel level, string about, string what, string? next, Provenance origin)
    {
        var finding = new Finding(level, about, what, next, origin);
        if (noted.Add(finding)) Findings.Add(finding);
    }

    public void Skip(string what, string? framework, string why, string next, Provenance origin)
    {
        if (skipped.Add((what, origin)))
            NotConverted.Add(new NotConverted(what, framework, why, next, origin));
    }

    /// <summary>One place that gives one name makes one agent, however often it is gone through; another model makes another.</summary>
    private static bool IsSame(AgentDraft a, AgentDraft b) => a.DeclaredName == b.DeclaredName && a.Model.Name == b.Model.Name
        && (a.DeclaredName is not null || a.FallbackName == b.FallbackName && a.Instructions.ToString() == b.Instructions.ToString());
}

/// <summary>A flow that a rule found: a crew.</summary>
internal sealed class FlowDraft
{
    public required string Kind { get; init; }
    public List<AgentDraft> Nodes { get; } = [];
    public List<(AgentDraft? Agent, string Task, string? ExpectedOutput, IReadOnlyList<int> Context,
        Provenance Origin)> Steps
    { get; } = [];
}

/// <param name="Agent">Null for a crew.</param>
internal sealed record ExampleDraft(AgentDraft? Agent, string Input, Provenance Origin);
