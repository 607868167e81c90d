using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Keys;

internal sealed class KeyStore(Database database, TimeProvider time)
{
    private const string Columns =
        """
        tenant_id AS TenantId, key_id AS KeyId, name AS Name, scopes AS Scopes, hash AS Hash, created_at AS CreatedAt,
        expires_at AS ExpiresAt, last_used_at AS LastUsedAt
        """;

    /// <summary>Makes a key. One with the same id, from an attempt whose answer never arrived, gets the new text instead.</summary>
    public async Task<NewKey> CreateAsync(
        TenantId tenant, Guid id, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var text = KeyText.New(id);
        var row = new KeyRow
        {
            TenantId = tenant.Value,
            KeyId = id,
            Name = name,
            Scopes = Scopes.Of(scopes).ToString(),
            Hash = Convert.ToHexStringLower(KeyText.Hash(text)),
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = expiresAt,
        };
        await database.WritePlatformAsync(unit => unit.ExecuteAsync(
            "INSERT INTO key_tenants (key_id, tenant_id) VALUES (@KeyId, @TenantId) ON CONFLICT (key_id) DO NOTHING",
            new { row.KeyId, row.TenantId }), cancellationToken);
        await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            INSERT INTO keys (tenant_id, key_id, name, scopes, hash, created_at, expires_at)
            VALUES (@tenant, @KeyId, @Name, @Scopes, @Hash, @CreatedAt, @ExpiresAt)
            ON CONFLICT (tenant_id, key_id) DO UPDATE SET hash = excluded.hash
            """,
            new { row.KeyId, row.Name, row.Scopes, row.Hash, row.CreatedAt, row.ExpiresAt }), cancellationToken);
        return new NewKey(row, text);
    }

    public Task<IReadOnlyList<KeyRow>> ListAsync(TenantId tenant, Guid? after, int take, CancellationToken cancellationToken) =>
        database.ReadAsync(tenant, unit => unit.QueryAsync<KeyRow>(
            $"SELECT {Columns} FROM keys WHERE tenant_id = @tenant AND (@after IS NULL OR key_id > @after) ORDER BY key_id LIMIT @take",
            new { after, take }), cancellationToken);

    public Task<KeyRow?> FindAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        database.ReadAsync(tenant, unit => unit.FindAsync<KeyRow>(
            $"SELECT {Columns} FROM keys WHERE tenant_id = @tenant AND key_id = @id", new { id }), cancellationToken);

    /// <summary>Finds a key before its tenant is known.</summary>
    public async Task<KeyRow?> FindAnywhereAsync(Guid id, CancellationToken cancellationToken) =>
        await FindTenantAsync(id, cancellationToken) is { } tenant ? await FindAsync(new TenantId(tenant), id, cancellationToken) : null;

    /// <summary>Whether a key with this id was ever made, revoked or not.</summary>
    public async Task<bool> WasIssuedAsync(Guid id, CancellationToken cancellationToken) =>
        await FindTenantAsync(id, cancellationToken) is not null;

    /// <returns>False when there is no such key.</returns>
    public async Task<bool> RevokeAsync(TenantId tenant, Guid id, CancellationToken cancellationToken) =>
        await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            "DELETE FROM keys WHERE tenant_id = @tenant AND key_id = @id", new { id }), cancellationToken) > 0;

    public Task RecordUseAsync(TenantId tenant, IReadOnlyList<KeyUse> uses, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, async unit =>
        {
            foreach (var use in uses)
                await unit.ExecuteAsync(
                    "UPDATE keys SET last_used_at = @At WHERE tenant_id = @tenant AND key_id = @KeyId", new { use.At, use.KeyId });
        }, cancellationToken);

    private Task<Guid?> FindTenantAsync(Guid id, CancellationToken cancellationToken) =>
        database.ReadPlatformAsync(
            unit => unit.FindAsync<Guid?>("SELECT tenant_id FROM key_tenants WHERE key_id = @id", new { id }), cancellationToken);
}

internal sealed class KeyRow
{
    public Guid TenantId { get; init; }
    public Guid KeyId { get; init; }
    public string Name { get; init; } = "";
    public string Scopes { get; init; } = "";
    public string Hash { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <param name="Text">What the caller sends from now on; not kept anywhere.</param>
internal sealed record NewKey(KeyRow Row, string Text);

internal sealed record KeyUse(Guid KeyId, DateTimeOffset At);
