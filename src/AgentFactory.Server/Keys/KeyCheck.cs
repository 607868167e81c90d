using System.Collections.Concurrent;
using System.Security.Cryptography;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;

namespace AgentFactory.Server.Keys;

/// <summary>
/// Tells whose key a request carries. What the database said is believed for a second: that is how long another process's revocation
/// may take to arrive; one made here counts at once.
/// </summary>
internal sealed class KeyCheck(KeyStore keys, KeyUses uses, TimeProvider time) : ICredentialCheck
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<Guid, Known> _known = new();
    private readonly long _fresh = time.TimestampFrequency;

    public bool Knows(string credential) => credential.StartsWith(KeyText.Start, StringComparison.Ordinal);

    public async ValueTask<Caller?> FindAsync(string credential, CancellationToken cancellationToken)
    {
        if (!KeyText.TryRead(credential, out var id)) return null;
        if (!_known.TryGetValue(id, out var known) || time.GetTimestamp() - known.ReadAt > _fresh)
        {
            if (await ReadAsync(id, cancellationToken) is not { } read) return null;
            known = read;
        }
        var now = time.GetUtcNow();
        if (!CryptographicOperations.FixedTimeEquals(KeyText.Hash(credential), known.Hash) || known.ExpiresAt <= now) return null;
        uses.Note(known.Caller.Tenant, id, now);
        return known.Caller;
    }

    /// <summary>Forgets a key that was revoked in this process.</summary>
    public void Forget(Guid id)
    {
        // The mark outlives a read that began before the revocation: that one may still put the old row back for a second otherwise.
        Interlocked.Increment(ref _revocations);
        _known.TryRemove(id, out _);
    }

    private long _revocations;

    private async Task<Known?> ReadAsync(Guid id, CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _revocations);
        var readAt = time.GetTimestamp();
        if (await keys.FindAnywhereAsync(id, cancellationToken) is not { } row)
        {
            _known.TryRemove(id, out _);
            return null;
        }
        var known = new Known(
            new Caller(new TenantId(row.TenantId), id, Scopes.Parse(row.Scopes), IsOperator: false), Convert.FromHexString(row.Hash),
            row.ExpiresAt, readAt);
        if (_known.Count >= MostKept) _known.Clear();
        if (Volatile.Read(ref _revocations) == before) _known[id] = known;
        return known;
    }

    private sealed record Known(Caller Caller, byte[] Hash, DateTimeOffset? ExpiresAt, long ReadAt);
}
