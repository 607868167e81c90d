using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tools;

namespace AgentFactory.Server.Agents;

/// <summary>What can be done to an agent: each a transaction of its own, after which the catalogue forgets what it knew.</summary>
internal sealed class AgentChanges(Database database, AgentStore store, ToolStore tools, AgentCatalog catalog)
{
    /// <param name="agentId">The new agent's id; one that exists already is what an earlier attempt of the same request made.</param>
    public async Task<AgentRow> CreateAsync(
        TenantId tenant, Guid agentId, Guid versionId, AgentDefinition definition, CancellationToken cancellationToken)
    {
        await RequireValidAsync(tenant, definition, cancellationToken);
        return await database.WriteAsync(tenant, async unit =>
            await AgentReader.FindAsync(unit, agentId)
            ?? await store.InsertAsync(
                unit, new NewVersion(versionId, agentId, definition, await tools.FreezeAsync(unit, definition.Tools))), cancellationToken);
    }

    public async Task<(AgentRow Agent, AgentVersionRow Version)> AddVersionAsync(
        TenantId tenant, string nameOrId, Guid versionId, AgentDefinition definition, Revision revision, bool publish,
        CancellationToken cancellationToken)
    {
        await RequireValidAsync(tenant, definition, cancellationToken);
        var changed = await database.WriteAsync(tenant, async unit =>
        {
            var agent = await ExistingAsync(unit, nameOrId);
            if (await AgentReader.FindVersionAsync(unit, versionId) is { } before) return (agent, before);
            revision.Check(agent.Revision);
            if (definition.Name != agent.Name)
                throw new AgentFactoryException(
                    ErrorCodes.Invalid, $"An agent keeps its name, which is '{agent.Name}'; create another one instead.", "name");
            var version = new NewVersion(versionId, agent.AgentId, definition, await tools.FreezeAsync(unit, definition.Tools));
            agent = await store.AddVersionAsync(unit, agent, version, publish);
            return (agent, (await AgentReader.FindVersionAsync(unit, versionId))!);
        }, cancellationToken);
        catalog.Forget(tenant, changed.agent);
        return changed;
    }

    public Task<AgentRow> PublishAsync(
        TenantId tenant, string nameOrId, int number, Revision revision, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, nameOrId, revision, async (unit, agent) => await store.PublishAsync(
            unit, agent, await AgentReader.FindVersionAsync(unit, agent.AgentId, number)
                ?? throw new AgentFactoryException(ErrorCodes.Invalid,
                    $"There is no version {number}; the latest is {agent.LatestVersion}.", "version")), cancellationToken);

    public Task<AgentRow> RollBackAsync(TenantId tenant, string nameOrId, Revision revision, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, nameOrId, revision, store.RollBackAsync, cancellationToken);

    public Task DeleteAsync(TenantId tenant, string nameOrId, Revision revision, CancellationToken cancellationToken) =>
        ChangeAsync(
            tenant, nameOrId, revision, async (unit, agent) => { await store.DeleteAsync(unit, agent); return agent; }, cancellationToken);

    public static async Task<AgentRow> ExistingAsync(UnitOfWork unit, string nameOrId) =>
        await AgentReader.FindAsync(unit, nameOrId) ?? throw EntityId.NotFound("agent");

    private async Task<AgentRow> ChangeAsync(
        TenantId tenant, string nameOrId, Revision revision, Func<UnitOfWork, AgentRow, Task<AgentRow>> change,
        CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(tenant, async unit =>
        {
            var agent = await ExistingAsync(unit, nameOrId);
            revision.Check(agent.Revision);
            return await change(unit, agent);
        }, cancellationToken);
        catalog.Forget(tenant, changed);
        return changed;
    }

    /// <summary>Checks outside of the transaction: compiling a schema must not hold up everybody's writes.</summary>
    private async Task RequireValidAsync(TenantId tenant, AgentDefinition definition, CancellationToken cancellationToken)
    {
        var known = await database.ReadAsync(tenant, async unit =>
            new AgentSurroundings(await tools.NamesAsync(unit), await AgentReader.NamesAsync(unit)), cancellationToken);
        AgentValidation.Require(definition, known);
    }
}
