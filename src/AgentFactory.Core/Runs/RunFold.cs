using System.Collections.Immutable;

namespace AgentFactory.Core.Runs;

/// <summary>The fold: state and event in, state out. Pure; an erased body folds to an empty text.</summary>
public static class RunFold
{
    public static RunState Fold(IEnumerable<RunEvent> events) => events.Aggregate(RunState.Empty, Apply);

    public static RunState Apply(RunState state, RunEvent e)
    {
        if (e.Seq != state.LastSeq + 1)
            throw new InvalidOperationException($"Event {e.Seq} cannot follow event {state.LastSeq}: the journal has a gap.");
        var next = e.Fact switch
        {
            RunStarted f => Started(state, f, e.At),
            ModelRequested f => state with { PendingModel = f, Attempts = f.Attempt },
            ModelResponded f => Responded(state, f),
            ModelFailed f => state with { PendingModel = null, Failure = f },
            ModelAttemptAbandoned => state with { PendingModel = null, CostIncomplete = true },
            ToolRequested f => Requested(state, f),
            ToolResponded f => Answered(state, f),
            ToolOutcomeUnknown f => Call(state, f.CallId, c => c with { Phase = CallPhase.Unknown }),
            HandoffMade f => Answer(state, f.CallId, $"The conversation is now with {f.Agent}.") with
            {
                VersionId = f.VersionId,
                RefusedInARow = 0,
                ToolAnswered = false,
            },
            RunEnded f => state with
            {
                End = f,
                EndedAt = e.At,
                CostIncomplete = state.CostIncomplete || state.PendingModel is not null,
                PendingModel = null,
                Calls = [],
            },
            _ => throw new InvalidOperationException($"The fold does not know {e.Type}."),
        };
        return next with { LastSeq = e.Seq, LastHash = e.Hash };
    }

    private static RunState Started(RunState state, RunStarted fact, DateTimeOffset at) => state with
    {
        Start = fact,
        StartedAt = at,
        VersionId = fact.VersionId,
        Messages = [new RunMessage("user", fact.Body?.Input ?? "", [])],
    };

    private static RunState Responded(RunState state, ModelResponded fact)
    {
        var calls = fact.Calls
            .Select((c, i) => new CallRequest(c.Id, c.Tool, fact.Body?.Arguments[i] ?? "{}", c.Handoff))
            .ToImmutableList();
        var text = fact.Body?.Text ?? "";
        return state with
        {
            PendingModel = null,
            Attempts = 0,
            Turns = state.Turns + 1,
            Usage = state.Usage + fact.Usage,
            CostNanoUnits = state.CostNanoUnits + (fact.CostNanoUnits ?? 0),
            CostIncomplete = state.CostIncomplete || fact.CostNanoUnits is null,
            Messages = state.Messages.Add(new RunMessage("assistant", text, calls)),
            Calls = calls.Select((c, i) => new CallState(c, i, CallPhase.Planned)).ToImmutableList(),
            CallIds = state.CallIds.Union(calls.Select(c => c.Id)),
            LastText = text,
            OutputInvalid = fact.OutputInvalid,
        };
    }

    private static RunState Requested(RunState state, ToolRequested fact)
    {
        var requested = Call(
            state, fact.CallId, c => c with { Phase = CallPhase.Requested, Attempts = fact.Attempt, Effect = fact.Effect });
        return fact.Attempt == 1 ? requested with { ToolCalls = state.ToolCalls + 1 } : requested;
    }

    private static RunState Answered(RunState state, ToolResponded fact) => Answer(state, fact.CallId, fact.Body?.Content ?? "") with
    {
        RefusedInARow = fact.Refused ? state.RefusedInARow + 1 : 0,
        ToolAnswered = state.ToolAnswered || !fact.Refused,
        Usage = state.Usage + (fact.Child?.Usage ?? default),
        CostNanoUnits = state.CostNanoUnits + (fact.Child?.CostNanoUnits ?? 0),
        CostIncomplete = state.CostIncomplete || fact.Child is { CostIncomplete: true },
        ChildTurns = state.ChildTurns + (fact.Child?.Turns ?? 0),
        ChildToolCalls = state.ChildToolCalls + (fact.Child?.ToolCalls ?? 0),
    };

    /// <summary>Adds a call's result; when it was the last one missing, the batch is done and the model's turn comes.</summary>
    private static RunState Answer(RunState state, string callId, string content)
    {
        var answered = Call(state, callId, c => c with { Phase = CallPhase.Answered });
        answered = answered with { Messages = answered.Messages.Add(new RunMessage("tool", content, [], callId)) };
        return answered.Calls.All(c => c.Phase == CallPhase.Answered) ? answered with { Calls = [], LastText = null } : answered;
    }

    private static RunState Call(RunState state, string callId, Func<CallState, CallState> change)
    {
        var index = state.Calls.FindIndex(c => c.Request.Id == callId && c.Phase != CallPhase.Answered);
        return index < 0
            ? throw new InvalidOperationException("The journal names a call that is not open.")
            : state with { Calls = state.Calls.SetItem(index, change(state.Calls[index])) };
    }
}
