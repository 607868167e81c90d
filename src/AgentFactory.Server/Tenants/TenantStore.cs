using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tenants;

internal sealed class TenantStore(Database database, TimeProvider time)
{
    private const string Columns = "tenant_id AS TenantId, name AS Name, created_at AS CreatedAt";

    /// <summary>Makes the tenant, or finds the one with this id and name that an earlier attempt made. Returns when it was made.</summary>
    public Task<DateTimeOffset> CreateAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        database.WritePlatformAsync(async unit =>
        {
            var now = time.GetUtcNow();
            var existing = await unit.FindAsync<TenantRow>($"SELECT {Columns} FROM tenants WHERE name = @name", new { name });
            if (existing is null)
                await unit.ExecuteAsync(
                    "INSERT INTO tenants (tenant_id, name, created_at) VALUES (@Value, @name, @now)", new { tenant.Value, name, now });
            else if (existing.TenantId != tenant.Value)
                throw new AgentFactoryException(ErrorCodes.NameTaken, $"There is a tenant {name} already. Choose another name.", "name");
            return existing?.CreatedAt ?? now;
        }, cancellationToken);

    public Task<IReadOnlyList<TenantRow>> ListAsync(Guid? after, int take, CancellationToken cancellationToken) =>
        database.ReadPlatformAsync(unit => unit.QueryAsync<TenantRow>(
            $"SELECT {Columns} FROM tenants WHERE @after IS NULL OR tenant_id > @after ORDER BY tenant_id LIMIT @take",
            new { after, take }), cancellationToken);

    /// <summary>The tenant that was made first; null before the first start.</summary>
    public async Task<TenantRow?> FindFirstAsync(CancellationToken cancellationToken) =>
        (await ListAsync(null, 1, cancellationToken)).SingleOrDefault();
}

internal sealed class TenantRow
{
    public Guid TenantId { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}
