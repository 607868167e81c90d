using System.Collections.Immutable;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Runs;

/// <summary>What to do next in a run.</summary>
public abstract record RunAction;

/// <summary>Call the model for <paramref name="Turn"/>, for the <paramref name="Attempt"/>th time.</summary>
public sealed record CallModel(int Turn, int Attempt) : RunAction;

/// <summary>The process that made a model call is gone: say so before asking again.</summary>
public sealed record AbandonAttempt(ModelRequested Lost) : RunAction;

/// <summary>Make these calls at the same time.</summary>
public sealed record CallTools(ImmutableList<CallState> Calls) : RunAction;

/// <summary>Give the conversation to another agent. A batch may ask for several: the first is followed, the others are refused.</summary>
public sealed record HandOff(CallState Call, ImmutableList<CallState> Refused) : RunAction;

/// <summary>These calls may have happened and must not be repeated: mark them.</summary>
public sealed record MarkUnknown(ImmutableList<CallState> Calls) : RunAction;

/// <summary>Nothing to do until a person decides.</summary>
public sealed record WaitForPerson : RunAction;

/// <summary>Record the end.</summary>
public sealed record EndRun(RunOutcome Outcome, string? Code, string? Output, string? Message) : RunAction;

/// <summary>The end is recorded.</summary>
public sealed record Nothing : RunAction;

/// <summary>The run machine's one decision. Pure: state, time and the wish to cancel in, the next action out.</summary>
public static class RunMachine
{
    /// <summary>Refused calls in a row before a run fails: a model that keeps inventing tools is not coming back.</summary>
    public const int MaxRefusedInARow = 8;

    /// <summary>Processes one model or tool call may cost before the run counts as poisonous.</summary>
    public const int MaxAttempts = 5;

    public static RunAction Decide(RunState state, DateTimeOffset now, bool cancelRequested = false)
    {
        if (state.HasEnded) return new Nothing();
        var start = state.Start ?? throw new InvalidOperationException("A run begins with run.started.");
        if (Lost(state) is { IsEmpty: false } lost) return new MarkUnknown(lost);
        if (cancelRequested) return End(RunOutcome.Cancelled, "cancelled", "The run was cancelled.");
        if (state.Failure is { } failure)
            return End(RunOutcome.Failed, failure.Code, failure.Body?.Message ?? "The model provider failed.");
        if (state.HasAnswer) return Answer(state);
        if (state.Status == RunStatus.Waiting) return new WaitForPerson();
        if ((now - state.StartedAt).TotalSeconds >= start.Limits.MaxSeconds)
            return Limit("max_seconds", $"The run took longer than {start.Limits.MaxSeconds} seconds.");
        if (state.PendingModel is { } pending)
            return pending.Attempt < MaxAttempts
                ? new AbandonAttempt(pending)
                : End(RunOutcome.Failed, "attempts_exhausted", $"The model call was lost {MaxAttempts} times.");
        return state.Calls.IsEmpty ? NextTurn(state, start.Limits) : NextCalls(state, start.Limits);
    }

    private static EndRun Answer(RunState state) => state.OutputInvalid
        ? End(RunOutcome.Failed, "output_invalid", "The model's answer does not satisfy the agent's output schema.")
        : new EndRun(RunOutcome.Completed, null, state.LastText, null);

    private static RunAction NextTurn(RunState state, EffectiveLimits limits)
    {
        if (state.RefusedInARow >= MaxRefusedInARow)
            return End(RunOutcome.Failed, "too_many_refused_calls",
                $"The model made {state.RefusedInARow} calls in a row that no tool could take.");
        if (state.Turns + state.ChildTurns >= limits.MaxTurns)
            return Limit("max_turns", $"The run used its {limits.MaxTurns} model calls.");
        if (state.Usage.Total >= limits.MaxTokens) return Limit("max_tokens", $"The run used its {limits.MaxTokens} tokens.");
        if (limits.MaxCostNanoUnits is { } cost && state.CostNanoUnits >= cost) return Limit("max_cost", "The run used its cost limit.");
        return new CallModel(state.Turns + 1, state.Attempts + 1);
    }

    private static RunAction NextCalls(RunState state, EffectiveLimits limits)
    {
        var open = state.Calls.FindAll(c => c.Phase is CallPhase.Planned or CallPhase.Requested);
        var tools = open.FindAll(c => !c.Request.Handoff);
        var fresh = tools.Count(c => c.Phase == CallPhase.Planned);
        if (fresh > 0 && state.ToolCalls + state.ChildToolCalls + fresh > limits.MaxToolCalls)
            return Limit("max_tool_calls", $"The run may make {limits.MaxToolCalls} tool calls, and the model asked for more.");
        if (!tools.IsEmpty) return new CallTools(tools);
        // Hand-offs come last, so that the next agent reads every result.
        return new HandOff(open[0], open.RemoveAt(0));
    }

    /// <summary>Calls of effect <c>once</c> that were requested by a process that is gone.</summary>
    private static ImmutableList<CallState> Lost(RunState state) =>
        state.Calls.FindAll(c => c.Phase == CallPhase.Requested && c.Effect == ToolEffect.Once);

    private static EndRun Limit(string code, string message) => End(RunOutcome.LimitReached, code, message);

    private static EndRun End(RunOutcome outcome, string code, string message) => new(outcome, code, null, message);
}
