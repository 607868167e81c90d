using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Agents;

/// <summary>
/// Changes agents inside the caller's unit of work. What is passed in was read in the same unit; where another change came between, which
/// only several servers can do to each other, nothing is written.
/// </summary>
internal sealed class AgentStore(TimeProvider time)
{
    public async Task<AgentRow> InsertAsync(UnitOfWork unit, NewVersion first, string? originNotebook = null, string? originName = null)
    {
        var now = time.GetUtcNow();
        var agent = new AgentRow
        {
            AgentId = first.AgentId,
            Name = first.Definition.Name,
            PublishedId = first.VersionId,
            PublishedVersion = 1,
            LatestVersion = 1,
            OriginNotebook = originNotebook,
            OriginName = originName,
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        if (await AgentReader.FindAsync(unit, agent.Name) is not null)
            throw new AgentFactoryException(
                ErrorCodes.NameTaken,
                $"There is an agent '{agent.Name}' already; POST /v1/agents/{agent.Name}/versions adds a version to it. "
                + "Or choose another name.",
                "name");
        await unit.ExecuteAsync(
            """
            INSERT INTO agents (tenant_id, agent_id, name, published_id, published_version, latest_version,
                                origin_notebook, origin_name, revision, created_at, updated_at)
            VALUES (@tenant, @AgentId, @Name, @PublishedId, @PublishedVersion, @LatestVersion,
                    @OriginNotebook, @OriginName, @Revision, @CreatedAt, @UpdatedAt)
            """, agent);
        await InsertVersionAsync(unit, first, 1);
        await InsertPublicationAsync(unit, agent.AgentId, first.VersionId, 1);
        return agent;
    }

    public async Task<AgentRow> AddVersionAsync(UnitOfWork unit, AgentRow agent, NewVersion version, bool publish)
    {
        var number = agent.LatestVersion + 1;
        await InsertVersionAsync(unit, version, number);
        if (publish) await InsertPublicationAsync(unit, agent.AgentId, version.VersionId, number);
        return await UpdateAsync(
            unit, agent, publish ? version.VersionId : agent.PublishedId, publish ? number : agent.PublishedVersion, number);
    }

    /// <summary>Lets a version answer. Nothing changes when it does already.</summary>
    public async Task<AgentRow> PublishAsync(UnitOfWork unit, AgentRow agent, AgentVersionRow version)
    {
        if (version.VersionId == agent.PublishedId) return agent;
        await InsertPublicationAsync(unit, agent.AgentId, version.VersionId, version.Number);
        return await UpdateAsync(unit, agent, version.VersionId, version.Number, agent.LatestVersion);
    }

    /// <summary>Lets the version answer that was published before; each further rollback goes one publication further back.</summary>
    public async Task<AgentRow> RollBackAsync(UnitOfWork unit, AgentRow agent)
    {
        var standing = await unit.QueryAsync<PublicationRow>(
            """
            SELECT ordinal AS Ordinal, version_id AS VersionId, version AS Version FROM agent_publications
            WHERE tenant_id = @tenant AND agent_id = @AgentId AND withdrawn_at IS NULL ORDER BY ordinal DESC LIMIT 2
            """, new { agent.AgentId });
        if (standing is not [var current, var before])
            throw new AgentFactoryException(
                ErrorCodes.Conflict,
                $"Nothing was published before version {agent.PublishedVersion}; "
                + $"POST /v1/agents/{agent.Name}/publish publishes any version.");
        await unit.ExecuteAsync(
            "UPDATE agent_publications SET withdrawn_at = @now WHERE tenant_id = @tenant AND agent_id = @AgentId AND ordinal = @Ordinal",
            new { now = time.GetUtcNow(), agent.AgentId, current.Ordinal });
        return await UpdateAsync(unit, agent, before.VersionId, before.Version, agent.LatestVersion);
    }

    /// <summary>The name is free again; versions stay for the runs that used them.</summary>
    public async Task DeleteAsync(UnitOfWork unit, AgentRow agent)
    {
        var now = time.GetUtcNow();
        var deleted = await unit.ExecuteAsync(
            """
            UPDATE agents SET deleted_at = @now, updated_at = @now, revision = revision + 1
            WHERE tenant_id = @tenant AND agent_id = @AgentId AND revision = @Revision AND deleted_at IS NULL
            """, new { now, agent.AgentId, agent.Revision });
        if (deleted == 0) throw ChangedMeanwhile();
    }

    private async Task<AgentRow> UpdateAsync(UnitOfWork unit, AgentRow agent, Guid publishedId, int publishedVersion, int latest)
    {
        var changed = await unit.ExecuteAsync(
            """
            UPDATE agents SET published_id = @publishedId, published_version = @publishedVersion, latest_version = @latest,
                              revision = revision + 1, updated_at = @now
            WHERE tenant_id = @tenant AND agent_id = @AgentId AND revision = @Revision AND deleted_at IS NULL
            """, new { publishedId, publishedVersion, latest, now = time.GetUtcNow(), agent.AgentId, agent.Revision });
        if (changed == 0) throw ChangedMeanwhile();
        return (await AgentReader.FindAsync(unit, agent.AgentId))!;
    }

    private Task<int> InsertVersionAsync(UnitOfWork unit, NewVersion version, int number) => unit.ExecuteAsync(
        """
        INSERT INTO agent_versions (tenant_id, version_id, agent_id, number, title, description, model, definition, tools, created_at)
        VALUES (@tenant, @VersionId, @AgentId, @number, @Title, @Description, @Model, @definition, @tools, @now)
        """,
        new
        {
            version.VersionId,
            version.AgentId,
            number,
            version.Definition.Title,
            version.Definition.Description,
            version.Definition.Model,
            definition = AgentDocument.ToJson(version.Definition),
            tools = AgentVersionRow.Write(version.Tools),
            now = time.GetUtcNow(),
        });

    private async Task InsertPublicationAsync(UnitOfWork unit, Guid agentId, Guid versionId, int version)
    {
        var last = await unit.FindAsync<int?>(
            "SELECT MAX(ordinal) FROM agent_publications WHERE tenant_id = @tenant AND agent_id = @agentId", new { agentId });
        await unit.ExecuteAsync(
            """
            INSERT INTO agent_publications (tenant_id, agent_id, ordinal, version_id, version, published_at)
            VALUES (@tenant, @agentId, @ordinal, @versionId, @version, @now)
            """, new { agentId, ordinal = (last ?? 0) + 1, versionId, version, now = time.GetUtcNow() });
    }

    private static AgentFactoryException ChangedMeanwhile() =>
        new(ErrorCodes.PreconditionFailed, "The agent was changed by somebody else at the same moment. Read it again and redo the change.",
            "If-Match");

    private sealed class PublicationRow
    {
        public int Ordinal { get; init; }
        public Guid VersionId { get; init; }
        public int Version { get; init; }
    }
}

/// <summary>A version about to be written, with the tools it keeps.</summary>
internal sealed record NewVersion(Guid VersionId, Guid AgentId, AgentDefinition Definition, IReadOnlyList<ToolDefinition> Tools);
