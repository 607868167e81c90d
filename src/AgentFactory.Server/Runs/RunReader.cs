using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Runs;

/// <summary>
/// Shows runs. What has ended comes from its row; what is under way here from memory; anything else is folded from its events.
/// </summary>
internal sealed class RunReader(Database database, IRunJournal journal, RunHost host, IAgentCatalog agents)
{
    /// <summary>Null when the tenant has no such run.</summary>
    public async Task<RunResponse?> FindAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken) =>
        await FindRowAsync(tenant, runId, cancellationToken) is { } row ? await ShowAsync(tenant, row, cancellationToken) : null;

    /// <summary>Where the run stands; null when the tenant has no such run.</summary>
    public async Task<RunStatus?> FindStatusAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        var status = await database.ReadAsync(tenant, unit => unit.FindAsync<string?>(
            "SELECT status FROM runs WHERE tenant_id = @tenant AND run_id = @runId", new { runId }), cancellationToken);
        return status is null ? null : StoredEnum.Read<RunStatus>(status);
    }

    /// <summary>One page, the newest first.</summary>
    public async Task<Page<RunResponse>> ListAsync(TenantId tenant, RunFilter filter, ListQuery query, CancellationToken cancellationToken)
    {
        Guid? agentId = null;
        if (filter.Agent is not null && (agentId = await AgentIdAsync(tenant, filter.Agent, cancellationToken)) is null)
            return new Page<RunResponse>([], null);
        Guid? sessionId = filter.Session is null ? null : EntityId.ParseField(SessionPrefix, filter.Session, "session");
        var conditions = "r.tenant_id = @tenant AND r.run_id < @before"
            + (agentId is null ? "" : " AND r.agent_id = @agentId")
            + (sessionId is null ? "" : " AND r.session_id = @sessionId")
            + (filter.Status is null ? "" : " AND r.status = @status");
        var args = new
        {
            before = query.After ?? Guid.AllBitsSet,
            agentId,
            sessionId,
            status = filter.Status is { } s ? StoredEnum.Write(s) : null,
            query.Take,
        };
        var rows = await database.ReadAsync(tenant, unit => unit.QueryAsync<RunRow>(
            $"{RunRow.Select} WHERE {conditions} ORDER BY r.run_id DESC LIMIT @Take", args), cancellationToken);
        var page = Page.Of(rows, query, row => row.RunId, row => row);
        var shown = new List<RunResponse>(page.Data.Count);
        foreach (var row in page.Data) shown.Add(await ShowAsync(tenant, row, cancellationToken));
        return new Page<RunResponse>(shown, page.Next);
    }

    private const string SessionPrefix = "ses";

    private Task<RunRow?> FindRowAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken) => database.ReadAsync(
        tenant,
        unit => unit.FindAsync<RunRow>($"{RunRow.Select} WHERE r.tenant_id = @tenant AND r.run_id = @runId", new { runId }),
        cancellationToken);

    private async Task<RunResponse> ShowAsync(TenantId tenant, RunRow row, CancellationToken cancellationToken)
    {
        var state = row.EndedState() ?? host.Find(row.RunId)?.State;
        if (state?.Start is null) state = RunFold.Fold(await journal.ReadAsync(tenant, row.RunId, 0, int.MaxValue, cancellationToken));
        return RunResponse.Of(row.RunId, state, row.Pairs);
    }

    private async Task<Guid?> AgentIdAsync(TenantId tenant, string nameOrId, CancellationToken cancellationToken) =>
        Ids.TryDecode("agt", nameOrId, out var id) ? id : (await agents.FindPublishedAsync(tenant, nameOrId, cancellationToken))?.AgentId;
}

/// <summary>Which runs a list shows; everything that is not null must hold.</summary>
internal sealed record RunFilter(string? Agent, string? Session, RunStatus? Status);
