using System.Text.Json.Serialization;
using AgentFactory.Core.Models;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Something that happened in a run. The properties are the event's header and hold no personal data; what people or models
/// wrote is in the body, which can be erased without breaking the fold or the hash chain.
/// </summary>
public abstract record RunFact;

/// <summary>A fact with an erasable body; <see cref="Body"/> is null once erased.</summary>
public abstract record RunFact<TBody> : RunFact where TBody : class
{
    [JsonIgnore]
    public TBody? Body { get; init; }
}

/// <summary><c>run.started</c>: who answers, within which limits.</summary>
public sealed record RunStarted(
    [property: JsonConverter(typeof(AgentIdJson))] Guid AgentId, string Agent,
    [property: JsonConverter(typeof(VersionIdJson))] Guid VersionId, int Version, string Model,
    [property: JsonConverter(typeof(SessionIdJson))] Guid? SessionId, bool Stream, EffectiveLimits Limits, int Depth,
    [property: JsonConverter(typeof(RunIdJson))] Guid? ParentRunId)
    : RunFact<RunInput>
{
    /// <summary>
    /// The model that the caller chose instead of the agent's; every agent the run is handed to, and every child run, uses it too.
    /// </summary>
    public string? ModelOverride { get; init; }
}

/// <summary><c>model.requested</c>: on disk before the call leaves. <paramref name="Key"/> is stable over attempts.</summary>
public sealed record ModelRequested(int Turn, int Attempt, string Model, string Key) : RunFact;

/// <summary><c>model.responded</c>: one whole answer, its usage and its cost (null when no price is known).</summary>
public sealed record ModelResponded(
    int Turn, string Finish, TokenUsage Usage, long? CostNanoUnits, string? ResponseId, IReadOnlyList<CallName> Calls,
    bool OutputInvalid = false)
    : RunFact<ModelAnswer>;

/// <summary><c>model.failed</c>: the provider gave no answer; <paramref name="Code"/> is from the error catalogue.</summary>
public sealed record ModelFailed(int Turn, string Code) : RunFact<FailureText>;

/// <summary><c>model.attempt_abandoned</c>: the process that made the call is gone; text shown since the last event is void.</summary>
public sealed record ModelAttemptAbandoned(int Turn, int Attempt) : RunFact;

/// <summary><c>tool.requested</c>: on disk before the call leaves.</summary>
public sealed record ToolRequested(string CallId, string Tool, ToolEffect Effect, string Key, int Attempt) : RunFact;

/// <summary><c>tool.responded</c>: what the model reads back. <paramref name="Refused"/>: the call was never made.</summary>
public sealed record ToolResponded(
    string CallId, string Tool, bool IsError, bool Refused, long DurationMs, RunSpend? Child = null)
    : RunFact<ToolOutput>;

/// <summary><c>tool.outcome_unknown</c>: a call that must not be repeated has no recorded answer; a person decides.</summary>
public sealed record ToolOutcomeUnknown(string CallId, string Tool) : RunFact;

/// <summary><c>handoff.made</c>: another agent answers from here on.</summary>
public sealed record HandoffMade(
    string CallId, [property: JsonConverter(typeof(AgentIdJson))] Guid AgentId, string Agent,
    [property: JsonConverter(typeof(VersionIdJson))] Guid VersionId, int Version, string Model)
    : RunFact;

/// <summary><c>run.ended</c>: nothing follows. <paramref name="Code"/> says which limit or which failure.</summary>
public sealed record RunEnded(RunOutcome Outcome, string? Code) : RunFact<RunResult>;

/// <summary>The name of a call in the header; its arguments are in the body.</summary>
/// <param name="Handoff">Whether the agent that asked has this as a way to hand the conversation over, and not as a tool.</param>
public sealed record CallName(string Id, string Tool, bool Handoff = false);

public sealed record RunInput(string Input);

/// <param name="Text">What the model wrote; may be empty when it only calls tools.</param>
/// <param name="Arguments">The raw argument text of each call, in the order of the header's calls.</param>
public sealed record ModelAnswer(string Text, IReadOnlyList<string> Arguments);

public sealed record FailureText(string Message);

public sealed record ToolOutput(string Content);

/// <param name="Output">The answer; null when there is none.</param>
/// <param name="Message">Why the run did not complete; null when it did.</param>
public sealed record RunResult(string? Output, string? Message);

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    Completed,
    LimitReached,
    Failed,
    Cancelled,
}

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Waiting,
    Ended,
}
