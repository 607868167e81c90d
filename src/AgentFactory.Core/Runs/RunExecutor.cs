using System.Collections.Immutable;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Carries one run forward: decide, write down, act, write down. What was decided is on disk before it is done, and what came back
/// is on disk before anyone is told; in between facts are gathered so that one commit carries several.
/// </summary>
internal sealed class RunExecutor(RunServices services, NewRun run, string owner, RunLease? lease, IReadOnlyList<RunEvent> recorded)
{
    /// <summary>How often a run may be claimed before a failure on our side ends it.</summary>
    private const int MostClaims = 20;

    private readonly List<RunEvent> _unsaved = [];
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RunInterrupt _interrupt = new(services.Time);
    private RunState _state = RunState.Empty;
    private RunEvent? _last = recorded.Count > 0 ? recorded[^1] : null;
    private IReadOnlyList<RunMessage>? _history;
    private AgentVersion? _agent;
    private RunLease? _lease = lease;

    /// <summary>What is on disk; what is decided and not written down yet is nobody's business.</summary>
    public RunState State { get; private set; } = RunFold.Fold(recorded);

    public RunFeed Feed { get; } = new();
    public NewRun Run => run;

    /// <summary>Whether somebody wanted the run to stop.</summary>
    public bool CancelRequested => _interrupt.CancelRequested;

    /// <summary>Whether another process turned out to have the run.</summary>
    public bool IsLost => _interrupt.IsLost;

    /// <summary>Completes when the run is on disk; fails when it could not be recorded.</summary>
    public Task Created => _created.Task;

    /// <summary>Somebody wants the run to stop: what is under way is interrupted.</summary>
    public void Cancel() => _interrupt.Cancel();

    /// <summary>
    /// Runs until the run ends, waits for a person, or loses its lease. <paramref name="draining"/> gives it back before its next call;
    /// <paramref name="stopping"/> interrupts the call under way as well. Another process, or this one after a restart, goes on from what
    /// is recorded. Never throws.
    /// </summary>
    public async Task RunAsync(CancellationToken draining, CancellationToken stopping)
    {
        using var scope = services.Log.BeginScope(new RunScope(run.RunId));
        using var activity = RunTelemetry.Start(run);
        _state = State;
        using var watch = _interrupt.Watch(stopping);
        if (_last is null)
        {
            Record(run.Start);
        }
        else
        {
            Feed.Publish(recorded);
            _created.TrySetResult();
        }
        using var clock = _interrupt.StartClock(Deadline - services.Time.GetUtcNow());
        try
        {
            if (_lease is { CancelRequested: true }) Cancel();
            while (await StepAsync(draining, stopping)) { }
        }
        catch (LeaseLostException)
        {
            services.Log.LogInformation("Run {RunId} belongs to another process now", Ids.Encode("run", run.RunId));
            // Changes nothing then. It does when a commit went through that was reported as failed: the run is still ours.
            await services.Leases.ReturnAsync(_lease!);
        }
        catch (Exception e) when (_lease is null)
        {
            _created.SetException(e);
        }
        catch (Exception e)
        {
            await GiveUpAsync(e, stopping);
        }
        finally
        {
            RunTelemetry.Stopped(activity, State);
            Feed.Close();
        }
    }

    private DateTimeOffset Deadline => _state.StartedAt.AddSeconds(_state.Start!.Limits.MaxSeconds);

    /// <summary>
    /// Something came between that is no outcome of the run: the process stops, the disk is full, a defect. What is known is kept and the
    /// run is given back to be claimed again. One that is refused by a rule or keeps failing is ended: it must not come back for ever.
    /// </summary>
    private async Task GiveUpAsync(Exception e, CancellationToken stopping)
    {
        var interrupted = e is OperationCanceledException && stopping.IsCancellationRequested;
        if (!interrupted) services.Log.LogError(e, "Run {RunId} was interrupted by a failure", Ids.Encode("run", run.RunId));
        try
        {
            if (!interrupted && !_state.HasEnded && Failure(e) is { } failure) Record(failure);
            await SaveAsync();
        }
        catch (Exception second) when (second is not OutOfMemoryException)
        {
            services.Log.LogError(second, "The last events of run {RunId} could not be recorded", Ids.Encode("run", run.RunId));
        }
        if (!State.HasEnded) await services.Leases.ReturnAsync(_lease!);
    }

    private RunEnded? Failure(Exception e) => e switch
    {
        AgentFactoryException { Code.Status: < 500 } refusal => Failed(refusal.Code, refusal.Message),
        _ when _lease!.Fence >= MostClaims => Failed(
            ErrorCodes.Internal, "The run failed on our side again and again; the log has its id."),
        _ => null,
    };

    private static RunEnded Failed(ErrorCode code, string message) =>
        new(RunOutcome.Failed, code.Code) { Body = new RunResult(null, message) };

    private async Task<bool> StepAsync(CancellationToken draining, CancellationToken stopping)
    {
        var now = services.Time.GetUtcNow();
        // A timer and the wall clock need not agree to the millisecond: once the timer has fired, the time is over.
        var action = RunMachine.Decide(_state, _interrupt.TimeIsUp && now < Deadline ? Deadline : now, _interrupt.CancelRequested);
        if (action is CallModel or CallTools && draining.IsCancellationRequested) return await StopAsync();
        switch (action)
        {
            case CallModel call:
                await CallModelAsync(call, stopping);
                return true;
            case CallTools call:
                await CallToolsAsync(call, stopping);
                return true;
            case HandOff handOff:
                await HandOffAsync(handOff, stopping);
                return true;
            case AbandonAttempt abandon:
                Record(new ModelAttemptAbandoned(abandon.Lost.Turn, abandon.Lost.Attempt));
                return true;
            case MarkUnknown mark:
                foreach (var call in mark.Calls) Record(new ToolOutcomeUnknown(call.Request.Id, call.Request.Tool));
                return true;
            case EndRun end:
                Record(new RunEnded(end.Outcome, end.Code) { Body = new RunResult(end.Output, end.Message) });
                await SaveAsync();
                return false;
            default:
                return await StopAsync();
        }
    }

    /// <summary>Nothing to do here for now: the run waits for a person, or for another process.</summary>
    private async Task<bool> StopAsync()
    {
        if (_lease is null)
            throw new AgentFactoryException(ErrorCodes.Unavailable, "The server is stopping. Send the request again.") { RetryAfter = 5 };
        await SaveAsync();
        if (!State.HasEnded) await services.Leases.ReturnAsync(_lease!);
        return false;
    }

    private async Task CallModelAsync(CallModel call, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        _history ??= await services.HistoryAsync(run, stopping);
        var key = RunServices.IdempotencyKey(run.Tenant, run.RunId, call.Turn, 0);
        Record(new ModelRequested(call.Turn, call.Attempt, _state.ModelOf(agent.Definition), key));
        await SaveAsync();
        try
        {
            Record(await services.Models.CallAsync(
                run, agent, _history, _state, call.Turn, _state.Start!.Stream ? Feed.Publish : null, _interrupt.Token));
        }
        catch (OperationCanceledException) when (_interrupt.Token.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            // Cancelled or out of time: the next decision ends the run, and the call stays without an answer.
            Record(new ModelAttemptAbandoned(call.Turn, call.Attempt));
        }
    }

    private async Task CallToolsAsync(CallTools action, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        var prepared = action.Calls.ConvertAll(call => ToolSteps.Prepare(run, agent, _state, call));
        foreach (var call in prepared) Record((RunFact?)call.Refusal ?? call.Requested!);
        var made = prepared.FindAll(p => p.Refusal is null);
        if (made.IsEmpty) return;
        await SaveAsync();
        var limits = ChildLimits(made);
        var running = made.Select(call => services.Tools.CallAsync(call, limits, _interrupt.Token)).ToList();
        while (running.Count > 0)
        {
            await Task.WhenAny(running);
            foreach (var done in running.FindAll(t => t.IsCompleted))
            {
                running.Remove(done);
                // Without an answer nothing is recorded: the next decision treats the call as it would that of a dead process.
                if (await done is { } answer) Record(answer);
            }
            if (running.Count > 0) await KeepAsync(running);
        }
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Writes down what has come back while other calls are under way; these are never left behind.</summary>
    private async Task KeepAsync(List<Task<ToolResponded?>> running)
    {
        try
        {
            await SaveAsync();
        }
        catch (LeaseLostException)
        {
            _interrupt.Lose();
            await Task.WhenAll(running);
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The next save holds these answers too, and ends the run here if it fails as well.
            services.Log.LogWarning(e, "Answers of run {RunId} could not be recorded yet", Ids.Encode("run", run.RunId));
        }
    }

    private RunLimits? ChildLimits(ImmutableList<PreparedCall> calls)
    {
        var agents = calls.Count(c => c.Tool!.Kind == ToolKind.Agent);
        return agents == 0 ? null : _state.Start!.Limits.Remaining(_state, services.Time.GetUtcNow(), agents);
    }

    private async Task HandOffAsync(HandOff action, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        foreach (var call in action.Refused)
            Record(ToolSteps.Refuse(call, "Only one hand-off can be followed at a time; another was."));
        var name = ModelTools.Handoff(agent, action.Call.Request.Tool);
        var target = name is null ? null : await services.Agents.FindPublishedAsync(run.Tenant, name, stopping);
        if (target is null)
        {
            Record(ToolSteps.Refuse(action.Call, $"There is no agent to hand over to behind '{action.Call.Request.Tool}' any more."));
            return;
        }
        _agent = target;
        Record(new HandoffMade(
            action.Call.Request.Id, target.AgentId, target.Definition.Name, target.Id, target.Number, _state.ModelOf(target.Definition)));
    }

    private async ValueTask<AgentVersion> AgentAsync(CancellationToken cancellationToken)
    {
        if (_agent?.Id != _state.VersionId)
            _agent = await services.Agents.FindVersionAsync(run.Tenant, _state.VersionId, cancellationToken)
                ?? throw new AgentFactoryException(ErrorCodes.NotFound, "The version of the agent that this run uses is gone.");
        return _agent;
    }

    private void Record(RunFact fact)
    {
        _last = RunEventCodec.Next(_last, fact, services.Time.GetUtcNow());
        _unsaved.Add(_last);
        _state = RunFold.Apply(_state, _last);
    }

    private async Task SaveAsync()
    {
        if (_unsaved.Count == 0) return;
        var events = _unsaved.ToArray();
        if (_lease is null) _lease = await services.Journal.CreateAsync(run, owner, events, CancellationToken.None);
        else await services.Journal.AppendAsync(_lease, events, _state, CancellationToken.None);
        _unsaved.Clear();
        State = _state;
        Feed.Publish(events);
        _created.TrySetResult();
    }
}
