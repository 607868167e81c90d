using AgentFactory.Core.Agents;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Carries one run forward: decide, write down, act, write down. What was decided is on disk before it is done, and what came back
/// is on disk before anyone is told; in between facts are gathered so that one commit carries several.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and no handle; disposing it would race with a Cancel from outside.
internal sealed class RunExecutor(RunServices services, NewRun run, string owner, RunLease? lease, IReadOnlyList<RunEvent> recorded)
{
    private const int MostClaims = 20;

    private readonly List<RunEvent> _unsaved = [];
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private RunEvent? _last = recorded.Count > 0 ? recorded[^1] : null;
    private IReadOnlyList<RunMessage>? _history;
    private AgentVersion? _agent;
    private RunLease? _lease = lease;

    public RunState State { get; private set; } = RunFold.Fold(recorded);
    public RunFeed Feed { get; } = new();
    public Guid RunId => run.RunId;

    /// <summary>Completes when the run is on disk; fails when it could not be recorded.</summary>
    public Task Created => _created.Task;

    /// <summary>The clock of the run reached its end or somebody wants it to stop: what is under way is interrupted.</summary>
    public void Cancel() => _cancel.Cancel();

    /// <summary>
    /// Runs until the run ends, waits for a person, or loses its lease. <paramref name="stopping"/> interrupts it without a trace: another
    /// process, or this one after a restart, goes on from what is recorded.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var activity = RunTelemetry.Start(run);
        try
        {
            if (_last is null) Record(run.Start);
            else Feed.Publish(recorded);
            if (_lease is { CancelRequested: true }) await _cancel.CancelAsync();
            while (await StepAsync(stopping)) { }
        }
        catch (LeaseLostException)
        {
            services.Log.LogInformation("Run {RunId} belongs to another process now", Ids.Encode("run", RunId));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            if (_lease is not null) await services.Journal.ReleaseAsync(_lease, CancellationToken.None);
        }
        catch (Exception e) when (_lease is null)
        {
            _created.SetException(e);
        }
        catch (Exception e)
        {
            await GiveUpAsync(e);
        }
        finally
        {
            RunTelemetry.Stopped(activity, State);
            _created.TrySetCanceled(CancellationToken.None);
            Feed.Close();
        }
    }

    /// <summary>
    /// Something failed that is no outcome of the run: the disk, the database, a defect. The run goes back to be claimed again; one that
    /// keeps failing is ended, so that it doesn't come back for ever.
    /// </summary>
    private async Task GiveUpAsync(Exception e)
    {
        services.Log.LogError(e, "Run {RunId} was interrupted by a failure", Ids.Encode("run", RunId));
        try
        {
            if (_lease!.Fence < MostClaims)
            {
                await services.Journal.ReleaseAsync(_lease, CancellationToken.None);
                return;
            }
            Record(new RunEnded(RunOutcome.Failed, ErrorCodes.Internal.Code)
            {
                Body = new RunResult(null, "The run failed on our side again and again; the log has its id."),
            });
            await SaveAsync();
        }
        catch (Exception second) when (second is not OutOfMemoryException)
        {
            // The store itself is out of order. The lease runs out by itself, and the run is claimed again then.
            services.Log.LogError(second, "Run {RunId} could not be given back", Ids.Encode("run", RunId));
        }
    }

    private async Task<bool> StepAsync(CancellationToken stopping)
    {
        switch (RunMachine.Decide(State, services.Time.GetUtcNow(), _cancel.IsCancellationRequested))
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
            case WaitForPerson:
                await SaveAsync();
                await services.Journal.ReleaseAsync(_lease!, CancellationToken.None);
                return false;
            default:
                return false;
        }
    }

    private async Task CallModelAsync(CallModel call, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        _history ??= await services.HistoryAsync(run, stopping);
        Record(new ModelRequested(call.Turn, call.Attempt, agent.Definition.Model, RunServices.IdempotencyKey(run.Tenant, run.RunId, call.Turn, 0)));
        await SaveAsync();
        using var interrupt = Interrupt(stopping);
        try
        {
            Record(await services.Models.CallAsync(run, agent, _history, State, call.Turn, State.Start!.Stream ? Feed.Publish : null, interrupt.Token));
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            // Cancelled or out of time: the next decision ends the run, and the call stays without an answer.
            Record(new ModelAttemptAbandoned(call.Turn, call.Attempt));
        }
    }

    private async Task CallToolsAsync(CallTools action, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        var prepared = action.Calls.ConvertAll(call => services.Tools.Prepare(run, agent, State, call));
        foreach (var call in prepared) Record((RunFact?)call.Refusal ?? call.Requested!);
        var made = prepared.FindAll(p => p.Refusal is null);
        if (made.IsEmpty) return;
        await SaveAsync();
        using var interrupt = Interrupt(stopping);
        var running = made.ConvertAll(call => services.Tools.CallAsync(call, interrupt.Token)).ToList();
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running);
            running.Remove(done);
            try
            {
                Record(await done);
            }
            catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
            {
                // No answer is recorded: the next decision treats the call as the fold of a dead process would.
            }
            if (running.Count > 0 && _unsaved.Count > 0) await SaveAsync();
        }
        stopping.ThrowIfCancellationRequested();
    }

    private async Task HandOffAsync(HandOff action, CancellationToken stopping)
    {
        var agent = await AgentAsync(stopping);
        foreach (var call in action.Refused)
            Record(ToolSteps.Refuse(call, "Only one hand-off can be followed at a time; another was."));
        var name = agent.Definition.Handoffs.FirstOrDefault(h => ModelTools.HandoffTool(h) == action.Call.Request.Tool);
        var target = name is null ? null : await services.Agents.FindPublishedAsync(run.Tenant, name, stopping);
        if (target is null)
        {
            Record(ToolSteps.Refuse(action.Call, $"There is no agent to hand over to behind '{action.Call.Request.Tool}'."));
            return;
        }
        _agent = target;
        Record(new HandoffMade(
            action.Call.Request.Id, target.AgentId, target.Definition.Name, target.Id, target.Number, target.Definition.Model));
    }

    private async ValueTask<AgentVersion> AgentAsync(CancellationToken cancellationToken)
    {
        if (_agent?.Id != State.VersionId)
            _agent = await services.Agents.FindVersionAsync(run.Tenant, State.VersionId, cancellationToken)
                ?? throw new AgentFactoryException(ErrorCodes.NotFound, "The version of the agent that this run uses is gone.");
        return _agent;
    }

    /// <summary>A token for what happens outside: it stops with the process, on cancellation, and when the run's time is over.</summary>
    private CancellationTokenSource Interrupt(CancellationToken stopping)
    {
        var left = State.StartedAt.AddSeconds(State.Start!.Limits.MaxSeconds) - services.Time.GetUtcNow();
        var source = CancellationTokenSource.CreateLinkedTokenSource(stopping, _cancel.Token);
        if (left < TimeSpan.FromDays(20)) source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return source;
    }

    private void Record(RunFact fact)
    {
        _last = RunEventCodec.Next(_last, fact, services.Time.GetUtcNow());
        _unsaved.Add(_last);
        State = RunFold.Apply(State, _last);
    }

    private async Task SaveAsync()
    {
        if (_unsaved.Count == 0) return;
        var events = _unsaved.ToArray();
        if (_lease is null) _lease = await services.Journal.CreateAsync(run, owner, events, CancellationToken.None);
        else await services.Journal.AppendAsync(_lease, events, State, CancellationToken.None);
        _unsaved.Clear();
        Feed.Publish(events);
        _created.TrySetResult();
    }
}
