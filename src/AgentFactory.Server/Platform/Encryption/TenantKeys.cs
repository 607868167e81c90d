using System.Collections.Concurrent;
using System.Security.Cryptography;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Platform.Encryption;

/// <summary>The tenants' data keys: made on first use, stored sealed by the master key, kept open in memory for so many tenants.</summary>
internal sealed class TenantKeys(Database database, MasterKey master, TimeProvider time)
{
    private const int MostCached = 1_024;
    private const int FirstVersion = 1;

    private readonly ConcurrentDictionary<TenantId, IReadOnlyDictionary<int, byte[]>> _open = new();

    /// <summary>
    /// Refuses to start with a master key other than the one this data is sealed with, instead of failing later, secret by secret.
    /// A new database takes the key it is given.
    /// </summary>
    public async Task VerifyMasterKeyAsync(CancellationToken cancellationToken)
    {
        var known = await database.ReadPlatformAsync(
            unit => unit.QueryAsync<string>("SELECT fingerprint FROM master_keys"), cancellationToken);
        if (known.Contains(master.Fingerprint)) return;
        if (known.Count > 0)
            throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"The master key has the fingerprint {master.Fingerprint}, and this data is sealed with {string.Join(" or ", known)}. "
                + $"Put back the master.key that belongs to this data folder, or set {MasterKey.Variable} to that key.");
        await database.WritePlatformAsync(unit => unit.ExecuteAsync(
            "INSERT INTO master_keys (fingerprint, created_at) VALUES (@Fingerprint, @At)",
            new { master.Fingerprint, At = time.GetUtcNow() }), cancellationToken);
    }

    /// <summary>The key that seals for the tenant now.</summary>
    public async ValueTask<(int Version, byte[] Key)> CurrentAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var keys = _open.GetValueOrDefault(tenant) ?? await LoadAsync(tenant, cancellationToken);
        if (keys.Count == 0)
        {
            await CreateAsync(tenant, cancellationToken);
            keys = await LoadAsync(tenant, cancellationToken);
        }
        var version = keys.Keys.Max();
        return (version, keys[version]);
    }

    /// <summary>The key of one version; null when the tenant has none.</summary>
    public async ValueTask<byte[]?> FindAsync(TenantId tenant, int version, CancellationToken cancellationToken)
    {
        if (_open.GetValueOrDefault(tenant)?.GetValueOrDefault(version) is { } known) return known;
        return (await LoadAsync(tenant, cancellationToken)).GetValueOrDefault(version);
    }

    private async Task<IReadOnlyDictionary<int, byte[]>> LoadAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(tenant, unit => unit.QueryAsync<KeyRow>(
            "SELECT version AS Version, sealed_key AS SealedKey FROM tenant_keys WHERE tenant_id = @tenant"), cancellationToken);
        var keys = rows.ToDictionary(r => r.Version, r => Open(tenant, r));
        if (keys.Count == 0) return keys;
        if (_open.Count >= MostCached) _open.Clear();
        _open[tenant] = keys;
        return keys;
    }

    private async Task CreateAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var sealedKey = master.Seal(FirstVersion, Associated(tenant), RandomNumberGenerator.GetBytes(MasterKey.Length));
        await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            INSERT INTO tenant_keys (tenant_id, version, master_key, sealed_key, created_at)
            VALUES (@tenant, @Version, @Fingerprint, @sealedKey, @At)
            ON CONFLICT (tenant_id, version) DO NOTHING
            """,
            new { Version = FirstVersion, master.Fingerprint, sealedKey, At = time.GetUtcNow() }), cancellationToken);
    }

    private byte[] Open(TenantId tenant, KeyRow row) => master.Open(Associated(tenant), row.SealedKey)
        ?? throw new AgentFactoryException(ErrorCodes.Unavailable,
            $"The key of {tenant} does not open with the master key {master.Fingerprint}. Put back the master.key that belongs here.");

    private static byte[] Associated(TenantId tenant) => [.. "tenant_keys/sealed_key/"u8, .. tenant.Value.ToByteArray(bigEndian: true)];

    private sealed class KeyRow
    {
        public int Version { get; init; }
        public byte[] SealedKey { get; init; } = [];
    }
}
