using System.Collections.Concurrent;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Chores;

namespace AgentFactory.Server.Keys;

/// <summary>When each key was last used, written down once a minute: a request pays one store to memory for it.</summary>
internal sealed class KeyUses(KeyStore keys) : IChore
{
    private readonly ConcurrentDictionary<(TenantId Tenant, Guid KeyId), DateTimeOffset> _uses = new();

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public void Note(TenantId tenant, Guid key, DateTimeOffset at) => _uses[(tenant, key)] = at;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in _uses.ToArray().GroupBy(u => u.Key.Tenant))
        {
            var uses = tenant.Select(u => new KeyUse(u.Key.KeyId, u.Value)).ToList();
            await keys.RecordUseAsync(tenant.Key, uses, cancellationToken);
            // A use that came meanwhile stays for the next turn.
            foreach (var use in tenant) _uses.TryRemove(use);
        }
    }
}
