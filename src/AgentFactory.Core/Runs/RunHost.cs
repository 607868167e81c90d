using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>
/// The runs that this process carries forward: starts new ones, takes over those whose owner is gone, keeps their leases, and
/// stops them. One instance a process; thread-safe.
/// </summary>
internal sealed class RunHost(RunServices services) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, RunningRun> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Who this process is in leases. Never used twice.</summary>
    public string Owner { get; } = Ids.New(services.Time).ToString("N");

    public int Count => _running.Count;

    /// <summary>True once the process takes no new runs.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested;

    /// <summary>Records a new run and carries it forward. Returns once it is on disk; throws what kept it from being recorded.</summary>
    public async Task<RunningRun> StartAsync(NewRun run)
    {
        if (_stopping.IsCancellationRequested)
            throw new AgentFactoryException(ErrorCodes.Unavailable, "The server is stopping. Send the request again.") { RetryAfter = 5 };
        var running = Carry(new RunExecutor(services, run, Owner, null, []));
        await running.Executor.Created;
        return running;
    }

    /// <summary>The run if this process carries it forward now.</summary>
    public RunningRun? Find(Guid runId) => _running.GetValueOrDefault(runId);

    /// <summary>Takes over up to <paramref name="most"/> runs without an owner; returns how many.</summary>
    public async Task<int> RecoverAsync(int most, CancellationToken cancellationToken)
    {
        var leases = await services.Journal.ClaimAsync(Owner, most, cancellationToken);
        foreach (var lease in leases) await ResumeAsync(lease, cancellationToken);
        return leases.Count;
    }

    /// <summary>Extends the leases and interrupts what somebody asked to cancel.</summary>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (_running.IsEmpty) return;
        foreach (var runId in await services.Journal.BeatAsync(Owner, cancellationToken))
            Find(runId)?.Executor.Cancel();
    }

    /// <summary>Asks a run to stop. False when it has ended or never was. A run nobody carries forward is ended here.</summary>
    public async Task<bool> CancelAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        if (!await services.Journal.RequestCancelAsync(tenant, runId, cancellationToken)) return false;
        if (Find(runId) is { } running) running.Executor.Cancel();
        else if (await services.Journal.ClaimAsync(tenant, runId, Owner, cancellationToken) is { } lease) await ResumeAsync(lease, cancellationToken);
        return true;
    }

    /// <summary>Takes no new runs, gives the running ones <paramref name="grace"/> to end, then interrupts them; recovery goes on with those.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_stopping.IsCancellationRequested) return;
        var all = Task.WhenAll(_running.Values.Select(r => r.Completion));
        if (!_running.IsEmpty) await Task.WhenAny(all, Task.Delay(grace, services.Time));
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values.Select(r => r.Completion));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero);
        _stopping.Dispose();
    }

    private async Task ResumeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        var events = await ReadAllAsync(lease, cancellationToken);
        if (events.Count == 0 || events[0].Fact is not RunStarted start)
        {
            services.Log.LogError("Run {RunId} has a lease and no first event", Ids.Encode("run", lease.RunId));
            return;
        }
        var run = new NewRun(lease.Tenant, lease.RunId, start, new Dictionary<string, string>());
        Carry(new RunExecutor(services, run, Owner, lease, events));
    }

    private async Task<IReadOnlyList<RunEvent>> ReadAllAsync(RunLease lease, CancellationToken cancellationToken)
    {
        const int Page = 1000;
        var events = new List<RunEvent>();
        while (true)
        {
            var more = await services.Journal.ReadAsync(lease.Tenant, lease.RunId, events.Count, Page, cancellationToken);
            events.AddRange(more);
            if (more.Count < Page) return events;
        }
    }

    private RunningRun Carry(RunExecutor executor)
    {
        var running = new RunningRun(executor);
        _running[executor.RunId] = running;
        // Its own task: the caller's request, and what it was started by, must not hold it.
        running.Completion = Task.Run(async () =>
        {
            try
            {
                await executor.RunAsync(_stopping.Token);
            }
            finally
            {
                _running.TryRemove(new KeyValuePair<Guid, RunningRun>(executor.RunId, running));
            }
        });
        return running;
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
