using AgentFactory.Server.Agents;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Notebooks;

/// <summary>Which versions of an agent conversions made.</summary>
internal static class NotebookVersions
{
    public static Task AddAsync(UnitOfWork unit, NewVersion version, int number) => unit.ExecuteAsync(
        """
        INSERT INTO notebook_versions (tenant_id, version_id, agent_id, number) VALUES (@tenant, @VersionId, @AgentId, @number)
        """, new { version.VersionId, version.AgentId, number });

    /// <summary>The newest one; null when a person made the agent anew.</summary>
    public static async Task<AgentVersionRow?> FindLastAsync(UnitOfWork unit, Guid agentId)
    {
        var last = await unit.FindAsync<Guid?>(
            "SELECT version_id FROM notebook_versions WHERE tenant_id = @tenant AND agent_id = @agentId ORDER BY number DESC LIMIT 1",
            new { agentId });
        return last is { } id ? await AgentReader.FindVersionAsync(unit, id) : null;
    }
}
