using System.ComponentModel;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;

namespace AgentFactory.Server.Runs;

/// <summary>How the caller takes the answer.</summary>
internal enum RunMode
{
    /// <summary>With the ended run, or with the run as it stands when the wait is over.</summary>
    Wait,

    /// <summary>With the run as it was recorded.</summary>
    Background,

    /// <summary>With the run's events as they happen, and the model's text as it is written.</summary>
    Stream,
}

/// <summary>A run to start.</summary>
internal sealed record RunRequest
{
    [Description("Name or id of the agent. May be left out where session says which one.")]
    public string? Agent { get; init; }

    [Description("What the agent is asked, 1 to 1,000,000 characters.")]
    public required string Input { get; init; }

    [Description("The session the run belongs to: its earlier runs are the conversation so far.")]
    public string? Session { get; init; }

    [Description("wait, background or stream.")]
    public RunMode Mode { get; init; }

    [Description("Seconds to wait for the end in mode wait, 1 to 600; 120 when left out. The run goes on afterwards.")]
    public int? WaitSeconds { get; init; }

    [Description("provider/model for this run, instead of the one each agent has.")]
    public string? Model { get; init; }

    [Description("Limits below the agent's own.")]
    public RunLimits? Limits { get; init; }

    [Description("At most 32 pairs, keys up to 64 and values up to 1,024 characters. Never sent to a model.")]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A run as it is shown.</summary>
/// <param name="Code">Which limit was reached, or what failed; absent when the run completed.</param>
/// <param name="WaitingFor">The calls whose outcome nobody knows, while the run waits for a person.</param>
internal sealed record RunResponse(
    string Id, string Agent, string AgentId, int Version, string Model, string? Session, string? ParentRun,
    RunStatus Status, RunOutcome? Outcome, string? Code, string? Message, string? Output,
    RunUsage Usage, RunCost Cost, int Turns, int ToolCalls, RunLimits Limits,
    IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, IReadOnlyList<UnknownCall>? WaitingFor)
{
    public const string Prefix = "run";

    public static RunResponse Of(Guid runId, RunState state, IReadOnlyDictionary<string, string> metadata)
    {
        var (start, end, limits) = (state.Start!, state.End, state.Start!.Limits);
        return new RunResponse(
            Ids.Encode(Prefix, runId), start.Agent, Ids.Encode("agt", start.AgentId), start.Version, start.Model,
            start.SessionId is { } session ? Ids.Encode("ses", session) : null,
            start.ParentRunId is { } parent ? Ids.Encode(Prefix, parent) : null,
            state.Status, end?.Outcome, end?.Code, end?.Body?.Message, end?.Body?.Output,
            new RunUsage(state.Usage.Input, state.Usage.Output, state.Usage.CachedInput, state.Usage.Reasoning, state.Usage.Total),
            new RunCost(new Money(state.CostNanoUnits).ToString(), Money.Zero.Currency, !state.CostIncomplete), state.Turns,
            state.ToolCalls,
            new RunLimits
            {
                MaxTurns = limits.MaxTurns,
                MaxToolCalls = limits.MaxToolCalls,
                MaxTokens = limits.MaxTokens,
                MaxCostNanoUnits = limits.MaxCostNanoUnits,
                MaxSeconds = limits.MaxSeconds,
                MaxDepth = limits.MaxDepth,
            },
            metadata, state.StartedAt, state.EndedAt, state.Status == RunStatus.Waiting ? Unknown(state) : null);
    }

    private static IReadOnlyList<UnknownCall> Unknown(RunState state) =>
    [
        .. state.Calls
            .Where(c => c.Phase == CallPhase.Unknown)
            .Select(c => new UnknownCall("outcome_unknown", c.Request.Id, c.Request.Tool)),
    ];
}

internal sealed record RunUsage(long InputTokens, long OutputTokens, long CachedInputTokens, long ReasoningTokens, long TotalTokens);

/// <param name="Amount">A decimal string.</param>
/// <param name="Complete">False when a call had no known price or was lost: the amount is then a lower bound.</param>
internal sealed record RunCost(string Amount, string Currency, bool Complete);

/// <summary>
/// A call that may or may not have happened and must not be repeated. Look at its tool's own records; cancel the run, and start another.
/// </summary>
internal sealed record UnknownCall(string Reason, string CallId, string Tool);

/// <summary>One entry of a run's journal.</summary>
/// <param name="Data">The event's header, which holds no content.</param>
/// <param name="Body">What people, models and tools wrote; absent where the type has none, or once erased.</param>
/// <param name="Hash">SHA-256 over the event before, this header and the body's hash.</param>
internal sealed record RunEventResponse(
    long Seq, string Type, int TypeVersion, DateTimeOffset At, string Run, JsonElement Data, JsonElement? Body, bool? Erased, string Hash)
{
    public static RunEventResponse Of(string run, RunEvent e) => new(
        e.Seq, e.Type, e.TypeVersion, e.At, run, JsonElement.Parse(e.Header), e.Body is null ? null : JsonElement.Parse(e.Body),
        e.Erased ? true : null, e.Hash);
}

/// <summary>One page of a run's events. <paramref name="Next"/> is the <c>after</c> of the page after it, absent on the last.</summary>
internal sealed record RunEventPage(IReadOnlyList<RunEventResponse> Data, long? Next);
