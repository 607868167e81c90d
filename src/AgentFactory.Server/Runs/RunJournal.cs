using System.Data.Common;
using AgentFactory.Core;
using AgentFactory.Core.Runs;
using AgentFactory.Engines;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Runs;

/// <summary>The run machine's journal over the portable SQL of a unit of work.</summary>
internal sealed class RunJournal(Database database, TimeProvider time, RunsOptions options) : IRunJournal
{
    /// <summary>
    /// True where one process owns the database: a lease doesn't outlive its process there, and one of any other owner is void.
    /// </summary>
    private readonly bool _exclusive = database.Engine.Dialect == "sqlite";

    private const string EventColumns =
        """
        seq AS Seq, type AS Type, type_version AS TypeVersion, at AS At, header AS Header, body AS Body, body_hash AS BodyHash, hash AS Hash
        """;

    public async Task<RunLease> CreateAsync(NewRun run, string owner, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        await database.WriteAsync(run.Tenant, async unit =>
        {
            long? place = run.Start.SessionId is { } session ? await PlaceAsync(unit, session) : null;
            await unit.ExecuteAsync(
                """
                INSERT INTO runs (tenant_id, run_id, agent_id, agent_name, version_id, version, session_id, session_seq, parent_run_id,
                                  status, metadata, created_at)
                VALUES (@tenant, @RunId, @AgentId, @Agent, @VersionId, @Version, @SessionId, @place, @ParentRunId,
                        'running', @Metadata, @At)
                """,
                new
                {
                    run.RunId,
                    run.Start.AgentId,
                    run.Start.Agent,
                    run.Start.VersionId,
                    run.Start.Version,
                    run.Start.SessionId,
                    place,
                    run.Start.ParentRunId,
                    Metadata = StoredMetadata.Write(run.Metadata),
                    events[0].At,
                });
            await unit.ExecuteAsync(
                """
                INSERT INTO run_leases (tenant_id, run_id, owner, fence, expires_at, cancel_requested, waiting)
                VALUES (@tenant, @RunId, @owner, 1, @Expires, FALSE, FALSE)
                """,
                new { run.RunId, owner, Expires = Expiry() });
            await InsertAsync(unit, run.RunId, events);
        }, cancellationToken);
        return new RunLease(run.Tenant, run.RunId, owner, 1);
    }

    public async Task AppendAsync(RunLease lease, IReadOnlyList<RunEvent> events, RunState state, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(lease.Tenant, async unit =>
            {
                await HoldAsync(unit, lease, state.HasEnded);
                await InsertAsync(unit, lease.RunId, events);
                if (state.Status != RunStatus.Running) await StoreStatusAsync(unit, lease.RunId, state);
            }, cancellationToken);
        }
        catch (DbException e) when (e.IsUniqueViolation())
        {
            // Somebody wrote an event of that number: whoever did owns the run.
            throw new LeaseLostException(lease.RunId);
        }
    }

    public async Task<IReadOnlyList<RunEvent>> ReadAsync(
        TenantId tenant, Guid runId, long after, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(tenant, unit => unit.QueryAsync<EventRow>(
            $"SELECT {EventColumns} FROM run_events WHERE tenant_id = @tenant AND run_id = @runId AND seq > @after ORDER BY seq LIMIT @limit",
            new { runId, after, limit }), cancellationToken);
        return [.. rows.Select(r => r.ToEvent())];
    }

    public async Task<IReadOnlyList<SessionRun>> ReadSessionAsync(TenantId tenant, Guid sessionId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(tenant, unit => unit.QueryAsync<EventRow>(
            """
            SELECT e.run_id AS RunId, e.seq AS Seq, e.type AS Type, e.type_version AS TypeVersion, e.at AS At,
                   e.header AS Header, e.body AS Body, e.body_hash AS BodyHash, e.hash AS Hash
            FROM runs r JOIN run_events e ON e.tenant_id = @tenant AND e.run_id = r.run_id
            WHERE r.tenant_id = @tenant AND r.session_id = @sessionId AND r.status = 'ended'
            ORDER BY r.session_seq, e.seq
            """,
            new { sessionId }), cancellationToken);
        var runs = new List<SessionRun>();
        var events = new List<RunEvent>();
        foreach (var row in rows)
        {
            // Events begin at 1 in every run: a new one starts here.
            if (row.Seq == 1) runs.Add(new SessionRun(row.RunId, events = []));
            events.Add(row.ToEvent());
        }
        return runs;
    }

    public Task DeleteSessionAsync(TenantId tenant, Guid sessionId, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, async unit =>
        {
            var own = await unit.QueryAsync<Guid>(
                "SELECT run_id FROM runs WHERE tenant_id = @tenant AND session_id = @sessionId", new { sessionId });
            foreach (var runId in await FamilyAsync(unit, own))
            {
                if (await unit.FindAsync<string>(
                    "SELECT status FROM runs WHERE tenant_id = @tenant AND run_id = @runId", new { runId }) != "ended")
                    throw Busy(runId);
                await unit.ExecuteAsync("DELETE FROM run_events WHERE tenant_id = @tenant AND run_id = @runId", new { runId });
                await unit.ExecuteAsync("DELETE FROM runs WHERE tenant_id = @tenant AND run_id = @runId", new { runId });
            }
        }, cancellationToken);

    public async Task<IReadOnlyList<RunLease>> ClaimAsync(string owner, int most, CancellationToken cancellationToken)
    {
        var due = await database.ReadPlatformAsync(unit => unit.QueryAsync<LeaseRow>(
            """
            SELECT tenant_id AS TenantId, run_id AS RunId, fence AS Fence, cancel_requested AS CancelRequested FROM run_leases
            WHERE (owner IS NULL OR (@exclusive AND owner <> @owner) OR (NOT @exclusive AND expires_at < @Now))
              AND (NOT waiting OR cancel_requested)
            ORDER BY run_id LIMIT @most
            """,
            new { exclusive = _exclusive, owner, Now = time.GetUtcNow(), most }), cancellationToken);
        // At once, so that they share commits.
        var takes = due.Select(row => TakeAsync(row, owner, cancellationToken)).ToList();
        await ((Task)Task.WhenAll(takes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What was taken must be carried, whatever kept the others from being taken; those are there for the next look.
        if (takes.Count > 0 && takes.TrueForAll(t => !t.IsCompletedSuccessfully)) await takes[0];
        var taken = new List<RunLease>();
        foreach (var take in takes.Where(t => t.IsCompletedSuccessfully))
            if (await take is { } lease) taken.Add(lease);
        return taken;
    }

    public async Task<RunLease?> ClaimAsync(TenantId tenant, Guid runId, string owner, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(tenant, unit => unit.FindAsync<LeaseRow>(
            """
            SELECT tenant_id AS TenantId, run_id AS RunId, fence AS Fence, cancel_requested AS CancelRequested FROM run_leases
            WHERE tenant_id = @tenant AND run_id = @runId
              AND (owner IS NULL OR (@exclusive AND owner <> @owner) OR (NOT @exclusive AND expires_at < @Now))
            """,
            new { runId, exclusive = _exclusive, owner, Now = time.GetUtcNow() }), cancellationToken);
        return row is null ? null : await TakeAsync(row, owner, cancellationToken);
    }

    public async Task<IReadOnlyList<Guid>> BeatAsync(string owner, CancellationToken cancellationToken)
    {
        // One process owns the data folder, and a lease doesn't outlive it: there is nothing to extend, and a wish to cancel arrives in
        // memory.
        if (_exclusive) return [];
        return await database.WritePlatformAsync(async unit =>
        {
            await unit.ExecuteAsync("UPDATE run_leases SET expires_at = @Expires WHERE owner = @owner", new { owner, Expires = Expiry() });
            return await unit.QueryAsync<Guid>("SELECT run_id FROM run_leases WHERE owner = @owner AND cancel_requested", new { owner });
        }, cancellationToken);
    }

    public Task ReleaseAsync(RunLease lease, CancellationToken cancellationToken) =>
        database.WriteAsync(lease.Tenant, unit => unit.ExecuteAsync(
        """
        UPDATE run_leases SET owner = NULL, expires_at = NULL
        WHERE tenant_id = @tenant AND run_id = @RunId AND owner = @Owner AND fence = @Fence
        """,
        new { lease.RunId, lease.Owner, lease.Fence }), cancellationToken);

    public Task<IReadOnlyList<Guid>> RequestCancelAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<Guid>>(tenant, async unit =>
        {
            var open = new List<Guid>();
            foreach (var member in await FamilyAsync(unit, [runId]))
            {
                var marked = await unit.ExecuteAsync(
                    "UPDATE run_leases SET cancel_requested = TRUE WHERE tenant_id = @tenant AND run_id = @member", new { member });
                if (marked > 0) open.Add(member);
            }
            return open;
        }, cancellationToken);

    /// <summary>The runs and all that they started, at any depth.</summary>
    private static async Task<IReadOnlyList<Guid>> FamilyAsync(UnitOfWork unit, IReadOnlyList<Guid> runs)
    {
        var family = runs.ToList();
        for (var i = 0; i < family.Count; i++)
            family.AddRange(await unit.QueryAsync<Guid>(
                "SELECT run_id FROM runs WHERE tenant_id = @tenant AND parent_run_id = @parent", new { parent = family[i] }));
        return family;
    }

    private async Task<RunLease?> TakeAsync(LeaseRow row, string owner, CancellationToken cancellationToken)
    {
        var tenant = new TenantId(row.TenantId);
        var taken = await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            UPDATE run_leases SET owner = @owner, fence = fence + 1, expires_at = @Expires
            WHERE tenant_id = @tenant AND run_id = @RunId AND fence = @Fence
            """,
            new { row.RunId, row.Fence, owner, Expires = Expiry() }), cancellationToken);
        return taken == 0 ? null : new RunLease(tenant, row.RunId, owner, row.Fence + 1, row.CancelRequested);
    }

    /// <summary>
    /// The fencing check: first in the transaction, so that a stale owner writes nothing. The last append drops the lease.
    /// </summary>
    private static async Task HoldAsync(UnitOfWork unit, RunLease lease, bool last)
    {
        var held = await unit.ExecuteAsync(
            last
                ? "DELETE FROM run_leases WHERE tenant_id = @tenant AND run_id = @RunId AND owner = @Owner AND fence = @Fence"
                : "UPDATE run_leases SET waiting = FALSE WHERE tenant_id = @tenant AND run_id = @RunId AND owner = @Owner AND fence = @Fence",
            new { lease.RunId, lease.Owner, lease.Fence });
        if (held == 0) throw new LeaseLostException(lease.RunId);
    }

    private static async Task InsertAsync(UnitOfWork unit, Guid runId, IReadOnlyList<RunEvent> events)
    {
        foreach (var e in events)
            await unit.ExecuteAsync(
                """
                INSERT INTO run_events (tenant_id, run_id, seq, type, type_version, at, header, body, body_hash, hash)
                VALUES (@tenant, @runId, @Seq, @Type, @TypeVersion, @At, @Header, @Body, @BodyHash, @Hash)
                """,
                new { runId, e.Seq, e.Type, e.TypeVersion, e.At, e.Header, e.Body, e.BodyHash, e.Hash });
    }

    private static async Task StoreStatusAsync(UnitOfWork unit, Guid runId, RunState state)
    {
        await unit.ExecuteAsync(
            """
            UPDATE runs SET status = @Status, outcome = @Outcome, code = @Code, ended_at = @EndedAt, totals = @Totals, last_seq = @LastSeq
            WHERE tenant_id = @tenant AND run_id = @runId
            """,
            new
            {
                runId,
                Status = StoredEnum.Write(state.Status),
                Outcome = state.End is { } end ? StoredEnum.Write(end.Outcome) : null,
                state.End?.Code,
                state.EndedAt,
                Totals = RunTotals.Of(state).Write(),
                state.LastSeq,
            });
        if (state.Status == RunStatus.Waiting)
            await unit.ExecuteAsync("UPDATE run_leases SET waiting = TRUE WHERE tenant_id = @tenant AND run_id = @runId", new { runId });
    }

    /// <summary>Where a new run stands in its session; refused while another has not ended.</summary>
    private static async Task<long> PlaceAsync(UnitOfWork unit, Guid session)
    {
        // In the same transaction: a session that is deleted meanwhile is either still there or has no more runs.
        if (await unit.FindAsync<int>(
            "SELECT count(*) FROM sessions WHERE tenant_id = @tenant AND session_id = @session", new { session }) == 0)
            throw new AgentFactoryException(ErrorCodes.NotFound, "The session is gone. Start one with POST /v1/sessions.", "session");
        var open = await unit.FindAsync<Guid?>(
            "SELECT run_id FROM runs WHERE tenant_id = @tenant AND session_id = @session AND status <> 'ended' LIMIT 1", new { session });
        if (open is { } run) throw Busy(run);
        return await unit.FindAsync<long>(
            "SELECT coalesce(max(session_seq), 0) + 1 FROM runs WHERE tenant_id = @tenant AND session_id = @session", new { session });
    }

    private static AgentFactoryException Busy(Guid run) => new(
        ErrorCodes.SessionBusy, $"{Ids.Encode("run", run)} is under way in this session. Wait for it to end, or cancel it.", "session")
    {
        RetryAfter = 1,
    };

    private DateTimeOffset Expiry() => time.GetUtcNow().AddSeconds(options.LeaseSeconds);

    private sealed class EventRow
    {
        public Guid RunId { get; init; }
        public long Seq { get; init; }
        public string Type { get; init; } = "";
        public int TypeVersion { get; init; }
        public DateTimeOffset At { get; init; }
        public string Header { get; init; } = "";
        public string? Body { get; init; }
        public string BodyHash { get; init; } = "";
        public string Hash { get; init; } = "";

        public RunEvent ToEvent() => new(Seq, Type, TypeVersion, At, Header, Body, BodyHash, Hash);
    }

    private sealed class LeaseRow
    {
        public Guid TenantId { get; init; }
        public Guid RunId { get; init; }
        public long Fence { get; init; }
        public bool CancelRequested { get; init; }
    }
}
