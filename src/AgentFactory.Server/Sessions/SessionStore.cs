using AgentFactory.Core;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Sessions;

internal sealed class SessionRow
{
    public Guid SessionId { get; init; }
    public Guid AgentId { get; init; }
    public string AgentName { get; init; } = "";
    public string Metadata { get; init; } = "{}";
    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Pairs => StoredMetadata.Read(Metadata);
}

internal sealed class SessionStore(Database database)
{
    private const string Columns =
        "session_id AS SessionId, agent_id AS AgentId, agent_name AS AgentName, metadata AS Metadata, created_at AS CreatedAt";

    public Task<SessionRow?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) => database.ReadAsync(tenant, unit =>
        unit.FindAsync<SessionRow>($"SELECT {Columns} FROM sessions WHERE tenant_id = @tenant AND session_id = @id", new { id }),
        cancellationToken);

    /// <summary>One page, the newest first, of one agent or of all.</summary>
    public Task<IReadOnlyList<SessionRow>> ListAsync(TenantId tenant, Guid? agentId, ListQuery query, CancellationToken cancellationToken)
    {
        var ofAgent = agentId is null ? "" : " AND agent_id = @agentId";
        return database.ReadAsync(tenant, unit => unit.QueryAsync<SessionRow>(
            $"""
            SELECT {Columns} FROM sessions
            WHERE tenant_id = @tenant AND session_id < @before{ofAgent}
            ORDER BY session_id DESC LIMIT @Take
            """,
            new { before = query.After ?? Guid.AllBitsSet, agentId, query.Take }), cancellationToken);
    }

    /// <summary>Adds the session; one with that id that is there already stays as it is.</summary>
    public Task AddAsync(TenantId tenant, SessionRow row, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, unit => unit.ExecuteAsync(
        """
        INSERT INTO sessions (tenant_id, session_id, agent_id, agent_name, metadata, created_at)
        VALUES (@tenant, @SessionId, @AgentId, @AgentName, @Metadata, @CreatedAt)
        ON CONFLICT (tenant_id, session_id) DO NOTHING
        """, new { row.SessionId, row.AgentId, row.AgentName, row.Metadata, row.CreatedAt }), cancellationToken);

    /// <summary>Deletes the session once its runs are gone; false when one was started in it meanwhile.</summary>
    public async Task<bool> TryDeleteAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        await database.WriteAsync(tenant, unit =>
        unit.ExecuteAsync(
            """
            DELETE FROM sessions WHERE tenant_id = @tenant AND session_id = @id
              AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.tenant_id = @tenant AND r.session_id = @id)
            """, new { id }), cancellationToken) > 0;
}
