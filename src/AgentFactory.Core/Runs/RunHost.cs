using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>
/// The runs that this process carries forward: starts new ones, takes over those whose owner is gone, keeps their leases, and
/// stops them. One instance a process; thread-safe.
/// </summary>
internal sealed class RunHost(RunServices services) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, RunningRun> _running = new();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task? _stopped;

    /// <summary>Who this process is in leases. Never used twice.</summary>
    public string Owner { get; } = Ids.New(services.Time).ToString("N");

    public int Count => _running.Count;

    /// <summary>True once the process takes no new runs.</summary>
    public bool IsStopping => _stopped is not null;

    /// <summary>
    /// Records a new run and carries it forward. Returns once it is on disk; throws what kept it from being recorded. A run with
    /// that id that is under way here is returned as it is.
    /// </summary>
    public async Task<RunningRun> StartAsync(NewRun run)
    {
        var running = Carry(new RunExecutor(services, run, Owner, null, []), isNew: true)
            ?? throw new AgentFactoryException(
                ErrorCodes.Unavailable, "The server is stopping. Send the request again.")
            { RetryAfter = 5 };
        await running.Executor.Created;
        return running;
    }

    /// <summary>The run if this process carries it forward now.</summary>
    public RunningRun? Find(Guid runId) => _running.GetValueOrDefault(runId);

    /// <summary>Takes over up to <paramref name="most"/> runs without an owner; returns how many.</summary>
    public async Task<int> RecoverAsync(int most, CancellationToken cancellationToken)
    {
        if (IsStopping) return 0;
        await services.Leases.SettleAsync();
        var leases = await services.Journal.ClaimAsync(Owner, most, cancellationToken);
        foreach (var lease in leases) await ResumeAsync(lease, cancellationToken);
        return leases.Count;
    }

    /// <summary>Takes over one run that waits or whose owner is gone; null when somebody carries it forward or it has ended.</summary>
    public async Task<RunningRun?> TakeOverAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        if (IsStopping) return null;
        await services.Leases.SettleAsync();
        var lease = await services.Journal.ClaimAsync(tenant, runId, Owner, cancellationToken);
        return lease is null ? null : await ResumeAsync(lease, cancellationToken);
    }

    /// <summary>Extends the leases and interrupts what somebody asked to cancel.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (_running.IsEmpty) return;
        foreach (var runId in await services.Journal.BeatAsync(Owner, cancellationToken))
            Find(runId)?.Executor.Cancel();
    }

    /// <summary>
    /// Asks a run and its child runs to stop. False when it has ended or never was. What nobody carries forward is ended here.
    /// </summary>
    public async Task<bool> CancelAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        var marked = await services.Journal.RequestCancelAsync(tenant, runId, cancellationToken);
        foreach (var id in marked)
        {
            Find(id)?.Executor.Cancel();
            // Looked for again: one that was given back in between has not heard of it.
            if (Find(id) is null) await TakeOverAsync(tenant, id, cancellationToken);
        }
        return marked.Count > 0;
    }

    /// <summary>
    /// Takes no new runs but the child runs of those it has. Half of <paramref name="grace"/> is for runs to end by themselves, the other
    /// half for the calls under way to be answered; then they are interrupted. Recovery goes on with what is left. Every caller waits for
    /// the same stop.
    /// </summary>
    public Task StopAsync(TimeSpan grace)
    {
        lock (_gate) return _stopped ??= DrainAsync(grace / 2);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _draining.Dispose();
        _stopping.Dispose();
    }

    private async Task DrainAsync(TimeSpan half)
    {
        // Beyond the lock: nobody is added to the list once the caller holds this task.
        await Task.Yield();
        await EndedAsync(half);
        await _draining.CancelAsync();
        await EndedAsync(half);
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values.Select(r => r.Completion));
    }

    private async Task EndedAsync(TimeSpan within)
    {
        if (_running.IsEmpty || within <= TimeSpan.Zero) return;
        await Task.WhenAny(Task.WhenAll(_running.Values.Select(r => r.Completion)), Task.Delay(within, services.Time));
    }

    private async Task<RunningRun?> ResumeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        IReadOnlyList<RunEvent> events;
        try
        {
            events = await services.ReadAllAsync(lease.Tenant, lease.RunId, cancellationToken);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            services.Log.LogError(e, "Run {RunId} could not be taken over yet", Ids.Encode("run", lease.RunId));
            await services.Leases.ReturnAsync(lease);
            return null;
        }
        if (Read(lease, events) is not { } executor) return null;
        if (Carry(executor, isNew: false) is { } running) return running;
        await services.Leases.ReturnAsync(lease);
        return null;
    }

    private RunExecutor? Read(RunLease lease, IReadOnlyList<RunEvent> events)
    {
        try
        {
            var run = new NewRun(lease.Tenant, lease.RunId, (RunStarted)events[0].Fact, new Dictionary<string, string>());
            return new RunExecutor(services, run, Owner, lease, events);
        }
        catch (Exception e)
            when (e is InvalidOperationException or InvalidCastException or ArgumentException or JsonException or AgentFactoryException)
        {
            // Written by a newer release, or damaged. It stays with this process, untouched, so that nobody trips over it again and again.
            services.Log.LogError(e, "The journal of run {RunId} cannot be read by this release", Ids.Encode("run", lease.RunId));
            return null;
        }
    }

    private RunningRun? Carry(RunExecutor executor, bool isNew)
    {
        var running = new RunningRun(executor);
        lock (_gate)
        {
            if (_stopped is not null && !MayEndByItself(executor.Run)) return null;
            if (isNew && !_running.TryAdd(executor.Run.RunId, running)) return _running[executor.Run.RunId];
            _running[executor.Run.RunId] = running;
            // Its own task: the caller's request, and what it was started by, must not hold it.
            running.Completion = Task.Run(() => CarryAsync(running));
        }
        return running;
    }

    /// <summary>While runs are left to end by themselves, the child runs that they wait for may still be started.</summary>
    private bool MayEndByItself(NewRun run) => run.Start.ParentRunId is not null && !_draining.IsCancellationRequested;

    private async Task CarryAsync(RunningRun running)
    {
        var executor = running.Executor;
        await executor.RunAsync(_draining.Token, _stopping.Token);
        _running.TryRemove(new KeyValuePair<Guid, RunningRun>(executor.Run.RunId, running));
        // A wish to cancel that came while the run was being given back reached nobody: what was given back is ended now.
        if (!executor.CancelRequested || !executor.Created.IsCompletedSuccessfully || executor.State.HasEnded) return;
        try
        {
            await TakeOverAsync(executor.Run.Tenant, executor.Run.RunId, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            services.Log.LogError(
                e, "Run {RunId} could not be cancelled yet; the next claim ends it", Ids.Encode("run", executor.Run.RunId));
        }
    }
}

/// <summary>A run under way in this process.</summary>
internal sealed class RunningRun(RunExecutor executor)
{
    public RunExecutor Executor => executor;
    public RunFeed Feed => executor.Feed;
    public RunState State => executor.State;

    /// <summary>Completes when this process is done with the run: it ended, waits, was lost or interrupted.</summary>
    public Task Completion { get; set; } = Task.CompletedTask;
}
