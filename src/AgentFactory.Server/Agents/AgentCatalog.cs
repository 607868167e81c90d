using System.Collections.Concurrent;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Agents;

/// <summary>
/// Agents for the run machine, from memory once they were read. Versions never change; which one is published is forgotten
/// when this process changes it. The whole cache is dropped when it grows past its size, which costs a query an agent now and then.
/// </summary>
internal sealed class AgentCatalog(Database database) : IAgentCatalog
{
    private const long MostBytes = 64 << 20;

    private readonly ConcurrentDictionary<(TenantId, Guid), AgentVersion> _versions = new();
    private readonly ConcurrentDictionary<(TenantId, string), AgentVersion> _published = new();
    private readonly Lock _gate = new();
    private long _size;
    private long _generation;

    public async Task<AgentVersion?> FindPublishedAsync(TenantId tenant, string nameOrId, CancellationToken cancellationToken)
    {
        var isId = Ids.TryDecode(AgentReader.AgentPrefix, nameOrId, out var id);
        var key = (tenant, isId ? Ids.Encode(AgentReader.AgentPrefix, id) : nameOrId);
        if (_published.TryGetValue(key, out var known)) return known;
        var generation = Interlocked.Read(ref _generation);
        var row = await database.ReadAsync(tenant, async unit =>
            await AgentReader.FindAsync(unit, nameOrId) is { } agent
                ? await AgentReader.FindVersionAsync(unit, agent.PublishedId) : null, cancellationToken);
        if (row is null) return null;
        var version = Remember(tenant, row);
        lock (_gate)
        {
            // What was read before a change must not be remembered after it.
            if (_generation == generation) _published[key] = version;
        }
        return version;
    }

    public async Task<AgentVersion?> FindVersionAsync(TenantId tenant, Guid versionId, CancellationToken cancellationToken)
    {
        if (_versions.TryGetValue((tenant, versionId), out var known)) return known;
        var row = await database.ReadAsync(tenant, unit => AgentReader.FindVersionAsync(unit, versionId), cancellationToken);
        return row is null ? null : Remember(tenant, row);
    }

    /// <summary>Forgets which version of an agent is published. Called after a change of it is on disk.</summary>
    public void Forget(TenantId tenant, AgentRow agent)
    {
        lock (_gate)
        {
            _generation++;
            _published.TryRemove((tenant, agent.Name), out _);
            _published.TryRemove((tenant, Ids.Encode(AgentReader.AgentPrefix, agent.AgentId)), out _);
        }
    }

    private AgentVersion Remember(TenantId tenant, AgentVersionRow row)
    {
        var version = row.ToVersion();
        lock (_gate)
        {
            if (_versions.TryGetValue((tenant, row.VersionId), out var known)) return known;
            if (_size + row.Size > MostBytes)
            {
                _versions.Clear();
                _published.Clear();
                _size = 0;
            }
            _size += row.Size;
            return _versions[(tenant, row.VersionId)] = version;
        }
    }
}
