using System.Collections.Immutable;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Models;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Where a run stands: nothing but the fold of its events. Two processes that read the same events hold the same state.
/// </summary>
public sealed record RunState
{
    public static readonly RunState Empty = new();

    public RunStarted? Start { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public long LastSeq { get; init; }
    public string LastHash { get; init; } = "";

    /// <summary>The version of the agent that answers now; a hand-off changes it.</summary>
    public Guid VersionId { get; init; }

    /// <summary>The conversation of this run, the user's input first.</summary>
    public ImmutableList<RunMessage> Messages { get; init; } = [];

    /// <summary>A model call that was requested and has no recorded answer.</summary>
    public ModelRequested? PendingModel { get; init; }

    /// <summary>How often the current turn's model call was requested.</summary>
    public int Attempts { get; init; }

    /// <summary>The calls of the last answer, until all have results.</summary>
    public ImmutableList<CallState> Calls { get; init; } = [];

    /// <summary>Every call id the run has used, so that a model that repeats one is told apart.</summary>
    public ImmutableHashSet<string> CallIds { get; init; } = [];

    public int Turns { get; init; }
    public int ToolCalls { get; init; }

    /// <summary>Model and tool calls of child runs: they count towards the limits, not towards what the run did itself.</summary>
    public int ChildTurns { get; init; }

    /// <inheritdoc cref="ChildTurns"/>
    public int ChildToolCalls { get; init; }

    /// <summary>Calls in a row that were refused before they were made: unknown tools and broken arguments.</summary>
    public int RefusedInARow { get; init; }

    /// <summary>Whether the agent that answers now has had a result of a tool.</summary>
    public bool ToolAnswered { get; init; }

    public TokenUsage Usage { get; init; }
    public long CostNanoUnits { get; init; }

    /// <summary>True when a call had no known price, or was made and lost: the cost is then a lower bound.</summary>
    public bool CostIncomplete { get; init; }

    public string? LastText { get; init; }
    public bool OutputInvalid { get; init; }
    public ModelFailed? Failure { get; init; }
    public RunEnded? End { get; init; }

    public bool HasEnded => End is not null;

    /// <summary>All that the run used, its child runs included: what a parent counts.</summary>
    public RunSpend Spend =>
        new(Usage, CostNanoUnits, CostIncomplete || PendingModel is not null, Turns + ChildTurns, ToolCalls + ChildToolCalls);

    /// <summary>The model that answers when <paramref name="agent"/> does: the caller's choice, else the agent's own.</summary>
    public string ModelOf(AgentDefinition agent) => Start?.ModelOverride ?? agent.Model;

    /// <summary>True when the last answer waits for nothing: neither calls nor a model.</summary>
    public bool HasAnswer => LastText is not null && Calls.IsEmpty && PendingModel is null;

    public RunStatus Status => this switch
    {
        { End: not null } => RunStatus.Ended,
        { Start: null } => RunStatus.Queued,
        _ when Calls.Any(c => c.Phase == CallPhase.Unknown) && Calls.All(c => c.Phase is CallPhase.Unknown or CallPhase.Answered) =>
            RunStatus.Waiting,
        _ => RunStatus.Running,
    };
}

/// <summary>One message of a run's conversation, in the order a model reads them.</summary>
/// <param name="Role"><c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Calls">The calls an assistant message asks for.</param>
/// <param name="CallId">The call a tool message answers.</param>
public sealed record RunMessage(string Role, string Text, ImmutableList<CallRequest> Calls, string? CallId = null);

/// <summary>A call as the model asked for it. <paramref name="Arguments"/> is raw text and may not be JSON.</summary>
public sealed record CallRequest(string Id, string Tool, string Arguments, bool Handoff = false);

/// <summary>Where one call of the last answer stands.</summary>
public sealed record CallState(CallRequest Request, int Ordinal, CallPhase Phase)
{
    public int Attempts { get; init; }
    public ToolEffect Effect { get; init; }
}

public enum CallPhase
{
    Planned,
    Requested,
    Unknown,
    Answered,
}
