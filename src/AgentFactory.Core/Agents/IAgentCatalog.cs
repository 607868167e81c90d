namespace AgentFactory.Core.Agents;

/// <summary>Where the run machine finds agents. Thread-safe; versions are immutable and may be cached.</summary>
public interface IAgentCatalog
{
    /// <summary>The published version of an agent by name or id; null when the tenant has no such agent.</summary>
    Task<AgentVersion?> FindPublishedAsync(TenantId tenant, string nameOrId, CancellationToken cancellationToken);

    /// <summary>One version; null when the tenant has none with that id.</summary>
    Task<AgentVersion?> FindVersionAsync(TenantId tenant, Guid versionId, CancellationToken cancellationToken);
}
