using System.Collections.Concurrent;
using AgentFactory.Core;
using AgentFactory.Core.Models;

namespace AgentFactory.Server.Secrets;

/// <summary>
/// Opens secrets for what needs them in this process. An opened one is believed for a few seconds, so that a run's many calls don't
/// decrypt it each time; a change made here counts at once, one made by another process within <see cref="FreshSeconds"/>.
/// </summary>
internal sealed class SecretCredentials(SecretStore secrets, ServerOptions options, TimeProvider time) : ICredentialSource
{
    private const int FreshSeconds = 5;
    private const int MostKept = 4_096;

    private readonly ConcurrentDictionary<(TenantId, string), Opened> _opened = new();
    private long _changes;

    public async ValueTask<string?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(tenant, name, cancellationToken) is { } own) return own;
        return options.Environment(name) is { Length: > 0 } operators ? operators : null;
    }

    public async ValueTask<string?> FindOwnAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (_opened.TryGetValue((tenant, name), out var opened) && time.GetElapsedTime(opened.At).TotalSeconds < FreshSeconds)
            return opened.Value;
        var before = Volatile.Read(ref _changes);
        opened = new Opened(await secrets.OpenAsync(tenant, name, cancellationToken), time.GetTimestamp());
        if (_opened.Count >= MostKept) _opened.Clear();
        // What was read while a secret changed may be the old value already.
        if (Volatile.Read(ref _changes) == before) _opened[(tenant, name)] = opened;
        return opened.Value;
    }

    /// <summary>Forgets a secret that changed.</summary>
    public void Forget(TenantId tenant, string name)
    {
        Interlocked.Increment(ref _changes);
        _opened.TryRemove((tenant, name), out _);
    }

    /// <param name="Value">Null: the tenant has none of that name, which is worth remembering as well.</param>
    private sealed record Opened(string? Value, long At);
}
