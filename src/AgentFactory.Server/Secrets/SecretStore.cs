using System.Text;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Encryption;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Secrets;

internal sealed class SecretStore(Database database, TenantCipher cipher, TimeProvider time)
{
    private const string Columns = "secret_id AS SecretId, name AS Name, created_at AS CreatedAt, updated_at AS UpdatedAt";

    public async Task<(SecretRow Row, bool IsNew)> PutAsync(TenantId tenant, string name, string value, CancellationToken cancellationToken)
    {
        var sealedValue = await cipher.SealAsync(tenant, Context(name), Encoding.UTF8.GetBytes(value), cancellationToken);
        return await database.WriteAsync(tenant, async unit =>
        {
            var (id, now) = (Ids.New(time), time.GetUtcNow());
            var existing = await unit.FindAsync<SecretRow>(
                $"SELECT {Columns} FROM secrets WHERE tenant_id = @tenant AND name = @name", new { name });
            await unit.ExecuteAsync(
                """
                INSERT INTO secrets (tenant_id, secret_id, name, sealed_value, created_at, updated_at)
                VALUES (@tenant, @id, @name, @sealedValue, @now, @now)
                ON CONFLICT (tenant_id, name) DO UPDATE SET sealed_value = excluded.sealed_value, updated_at = excluded.updated_at
                """,
                new { id, name, sealedValue, now });
            return (new SecretRow
            {
                SecretId = existing?.SecretId ?? id,
                Name = name,
                CreatedAt = existing?.CreatedAt ?? now,
                UpdatedAt = now,
            }, existing is null);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<SecretRow>> ListAsync(TenantId tenant, Guid? after, int take, CancellationToken cancellationToken) =>
        database.ReadAsync(tenant, unit => unit.QueryAsync<SecretRow>(
            $"""
             SELECT {Columns} FROM secrets
             WHERE tenant_id = @tenant AND (@after IS NULL OR secret_id > @after) ORDER BY secret_id LIMIT @take
             """,
            new { after, take }), cancellationToken);

    /// <returns>False when there is none.</returns>
    public async Task<bool> DeleteAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            "DELETE FROM secrets WHERE tenant_id = @tenant AND name = @name", new { name }), cancellationToken) > 0;

    /// <summary>The value itself; null when there is none.</summary>
    public async Task<string?> OpenAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(tenant, unit => unit.FindAsync<SealedRow>(
            "SELECT sealed_value AS SealedValue FROM secrets WHERE tenant_id = @tenant AND name = @name", new { name }), cancellationToken);
        return row is null ? null
            : Encoding.UTF8.GetString(await cipher.OpenAsync(tenant, Context(name), row.SealedValue, cancellationToken));
    }

    private static string Context(string name) => $"secrets/sealed_value/{name}";

    private sealed class SealedRow
    {
        public byte[] SealedValue { get; init; } = [];
    }
}

internal sealed class SecretRow
{
    public Guid SecretId { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}
