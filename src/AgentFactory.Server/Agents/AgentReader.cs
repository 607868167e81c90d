using AgentFactory.Core;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Agents;

/// <summary>Reads agents and their versions inside the caller's unit of work.</summary>
internal static class AgentReader
{
    public const string AgentPrefix = "agt";

    private const string AgentColumns =
        """
        agent_id AS AgentId, name AS Name, published_id AS PublishedId, published_version AS PublishedVersion,
        latest_version AS LatestVersion, origin_notebook AS OriginNotebook, origin_name AS OriginName, revision AS Revision,
        created_at AS CreatedAt, updated_at AS UpdatedAt
        """;

    private const string VersionColumns =
        "version_id AS VersionId, agent_id AS AgentId, number AS Number, definition AS Definition, tools AS Tools, created_at AS CreatedAt";

    /// <summary>One page, the newest first.</summary>
    public static Task<IReadOnlyList<AgentListRow>> ListAsync(UnitOfWork unit, ListQuery query) => unit.QueryAsync<AgentListRow>(
        """
        SELECT a.agent_id AS Id, a.agent_id AS AgentId, a.name AS Name, v.title AS Title, v.description AS Description, v.model AS Model,
               v.number AS Number, a.latest_version AS LatestVersion, a.revision AS Revision,
               a.created_at AS CreatedAt, a.updated_at AS UpdatedAt
        FROM agents a JOIN agent_versions v ON v.tenant_id = a.tenant_id AND v.version_id = a.published_id
        WHERE a.tenant_id = @tenant AND a.agent_id < @before AND a.deleted_at IS NULL
        ORDER BY a.agent_id DESC LIMIT @Take
        """, new { before = query.After ?? Guid.AllBitsSet, query.Take });

    /// <summary>By id, or else by name; null when the tenant has none.</summary>
    public static Task<AgentRow?> FindAsync(UnitOfWork unit, string nameOrId) => Ids.TryDecode(AgentPrefix, nameOrId, out var id)
        ? FindAsync(unit, id)
        : unit.FindAsync<AgentRow>(
            $"SELECT {AgentColumns} FROM agents WHERE tenant_id = @tenant AND name = @nameOrId AND deleted_at IS NULL", new { nameOrId });

    public static Task<AgentRow?> FindAsync(UnitOfWork unit, Guid id) =>
        unit.FindAsync<AgentRow>(
            $"SELECT {AgentColumns} FROM agents WHERE tenant_id = @tenant AND agent_id = @id AND deleted_at IS NULL", new { id });

    public static Task<IReadOnlyList<AgentRow>> ListOfNotebookAsync(UnitOfWork unit, string notebook) => unit.QueryAsync<AgentRow>(
        $"SELECT {AgentColumns} FROM agents WHERE tenant_id = @tenant AND origin_notebook = @notebook AND deleted_at IS NULL",
        new { notebook });

    public static async Task<IReadOnlyCollection<string>> NamesAsync(UnitOfWork unit)
    {
        var names = await unit.QueryAsync<string>("SELECT name FROM agents WHERE tenant_id = @tenant AND deleted_at IS NULL");
        return names.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A version, of a deleted agent too: runs go on using it.</summary>
    public static Task<AgentVersionRow?> FindVersionAsync(UnitOfWork unit, Guid versionId) => unit.FindAsync<AgentVersionRow>(
        $"SELECT {VersionColumns} FROM agent_versions WHERE tenant_id = @tenant AND version_id = @versionId", new { versionId });

    public static Task<AgentVersionRow?> FindVersionAsync(UnitOfWork unit, Guid agentId, int number) => unit.FindAsync<AgentVersionRow>(
        $"SELECT {VersionColumns} FROM agent_versions WHERE tenant_id = @tenant AND agent_id = @agentId AND number = @number",
        new { agentId, number });

    /// <summary>One page of an agent's versions, the newest first.</summary>
    public static Task<IReadOnlyList<AgentListRow>> ListVersionsAsync(UnitOfWork unit, Guid agentId, ListQuery query) =>
        unit.QueryAsync<AgentListRow>(
        """
        SELECT version_id AS Id, agent_id AS AgentId, title AS Title, description AS Description, model AS Model, number AS Number,
               created_at AS CreatedAt
        FROM agent_versions
        WHERE tenant_id = @tenant AND agent_id = @agentId AND version_id < @before
        ORDER BY version_id DESC LIMIT @Take
        """, new { agentId, before = query.After ?? Guid.AllBitsSet, query.Take });
}
