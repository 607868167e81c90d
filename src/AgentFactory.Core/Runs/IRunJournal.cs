namespace AgentFactory.Core.Runs;

/// <summary>
/// Where runs are kept: the append-only events and the lease that says who may append. Two implementations pass one
/// conformance suite. Thread-safe.
/// </summary>
public interface IRunJournal
{
    /// <summary>
    /// Records a new run, its first events and a lease for <paramref name="owner"/>, in one transaction, on disk when the task completes.
    /// Throws <see cref="AgentFactoryException"/> with <c>session_busy</c> while the session has a run under way.
    /// </summary>
    Task<RunLease> CreateAsync(NewRun run, string owner, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken);

    /// <summary>
    /// Appends in one transaction that checks the fencing number first, on disk when the task completes. Throws
    /// <see cref="LeaseLostException"/> when another owner has claimed the run since: nothing was written then.
    /// </summary>
    Task AppendAsync(RunLease lease, IReadOnlyList<RunEvent> events, RunState state, CancellationToken cancellationToken);

    /// <summary>Events after <paramref name="after"/>, in order, at most <paramref name="limit"/>; empty for an unknown run.</summary>
    Task<IReadOnlyList<RunEvent>> ReadAsync(TenantId tenant, Guid runId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The ended runs of a session, oldest first.</summary>
    Task<IReadOnlyList<SessionRun>> ReadSessionAsync(TenantId tenant, Guid sessionId, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the runs of a session with their events and child runs. Throws <see cref="AgentFactoryException"/> with <c>session_busy</c>
    /// while one has not ended; nothing is deleted then.
    /// </summary>
    Task DeleteSessionAsync(TenantId tenant, Guid sessionId, CancellationToken cancellationToken);

    /// <summary>Claims up to <paramref name="most"/> runs that nobody owns any more. Each claim raises the fencing number.</summary>
    Task<IReadOnlyList<RunLease>> ClaimAsync(string owner, int most, CancellationToken cancellationToken);

    /// <summary>Claims one run that is waiting or whose owner is gone; null when somebody owns it or it has ended.</summary>
    Task<RunLease?> ClaimAsync(TenantId tenant, Guid runId, string owner, CancellationToken cancellationToken);

    /// <summary>Extends all leases of <paramref name="owner"/> and returns the runs that somebody wants cancelled.</summary>
    Task<IReadOnlyList<Guid>> BeatAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Gives a run back, so that another process may claim it. A lost lease is no error.</summary>
    Task ReleaseAsync(RunLease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Records the wish to cancel a run and its child runs, at any depth. Returns those that have not ended; empty when there is no such
    /// run or it has ended.
    /// </summary>
    Task<IReadOnlyList<Guid>> RequestCancelAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken);
}

/// <summary>The right to append to a run. <paramref name="Fence"/> rises with every claim: the highest one wins.</summary>
/// <param name="CancelRequested">Whether a cancellation was asked for before the claim.</param>
public sealed record RunLease(TenantId Tenant, Guid RunId, string Owner, long Fence, bool CancelRequested = false);

/// <summary>A run to be recorded. Everything else about it is in its first event.</summary>
public sealed record NewRun(TenantId Tenant, Guid RunId, RunStarted Start, IReadOnlyDictionary<string, string> Metadata);

/// <summary>One run of a session, from its first event to its last.</summary>
public sealed record SessionRun(Guid RunId, IReadOnlyList<RunEvent> Events);

/// <summary>Another process owns the run now. The loser drops its work quietly.</summary>
public sealed class LeaseLostException(Guid runId) : Exception($"The lease of run {Ids.Encode("run", runId)} was lost.");
