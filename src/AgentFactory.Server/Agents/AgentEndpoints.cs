using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Agents;

internal static class AgentEndpoints
{
    public static void Map(RouteGroupBuilder agents)
    {
        agents.MapGet("/", ListAsync).Named("agents.list", Scope.AgentsRead, "List the tenant's agents");
        agents.MapPost("/", CreateAsync).Named("agents.create", Scope.AgentsWrite, "Create an agent and publish its first version")
            .TakesDefinition().Answers<AgentResponse>(StatusCodes.Status201Created).Repeatable();
        agents.MapGet("/{agent}", GetAsync).Named("agents.get", Scope.AgentsRead, "Get an agent by id or name").Answers<AgentResponse>();
        agents.MapDelete("/{agent}", DeleteAsync)
            .Named("agents.delete", Scope.AgentsWrite, "Delete an agent; its runs keep their versions");
        agents.MapGet("/{agent}/versions", ListVersionsAsync).Named("agents.versions.list", Scope.AgentsRead, "List an agent's versions");
        agents.MapPost("/{agent}/versions", AddVersionAsync)
            .Named("agents.versions.create", Scope.AgentsWrite, "Add a version, and publish it if asked to")
            .TakesDefinition().Answers<AgentVersionResponse>(StatusCodes.Status201Created).Repeatable();
        agents.MapGet("/{agent}/versions/{number:int}", GetVersionAsync).Named("agents.versions.get", Scope.AgentsRead, "Get one version")
            .Answers<AgentVersionResponse>();
        agents.MapPost("/{agent}/publish", PublishAsync).Named("agents.publish", Scope.AgentsWrite, "Let a version answer")
            .Answers<AgentResponse>();
        agents.MapPost("/{agent}/rollback", RollBackAsync)
            .Named("agents.rollback", Scope.AgentsWrite, "Let the version answer that was published before")
            .Answers<AgentResponse>();
    }

    private static async Task<Ok<Page<AgentSummary>>> ListAsync(
        Caller caller, [AsParameters] ListQuery query, Database database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(caller.Tenant, unit => AgentReader.ListAsync(unit, query), cancellationToken);
        return TypedResults.Ok(Page.Of(rows, query, row => row.Id, AgentSummary.Of));
    }

    private static async Task<AgentAnswer<AgentResponse>> CreateAsync(
        Caller caller, DefinitionBody body, IdempotentRequest repetition, AgentChanges changes, Database database, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var agent = await changes.CreateAsync(caller.Tenant, repetition.NewId(), Ids.New(time), body.Definition, cancellationToken);
        return await ShowAsync(
            caller, agent, database, cancellationToken, $"/v1/agents/{Ids.Encode(AgentReader.AgentPrefix, agent.AgentId)}");
    }

    private static async Task<AgentAnswer<AgentResponse>> GetAsync(
        Caller caller, string agent, Database database, CancellationToken cancellationToken)
    {
        var (row, version) = await database.ReadAsync(caller.Tenant, async unit =>
        {
            var found = await AgentChanges.ExistingAsync(unit, agent);
            return (found, (await AgentReader.FindVersionAsync(unit, found.PublishedId))!);
        }, cancellationToken);
        return new AgentAnswer<AgentResponse>(AgentResponse.Of(row, version.ToVersion().Definition), row.Revision);
    }

    private static async Task<NoContent> DeleteAsync(
        Caller caller, string agent, Revision revision, AgentChanges changes, CancellationToken cancellationToken)
    {
        await changes.DeleteAsync(caller.Tenant, agent, revision, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Page<AgentVersionSummary>>> ListVersionsAsync(
        Caller caller, string agent, [AsParameters] ListQuery query, Database database, CancellationToken cancellationToken)
    {
        var (row, versions) = await database.ReadAsync(caller.Tenant, async unit =>
        {
            var found = await AgentChanges.ExistingAsync(unit, agent);
            return (found, await AgentReader.ListVersionsAsync(unit, found.AgentId, query));
        }, cancellationToken);
        return TypedResults.Ok(Page.Of(versions, query, v => v.Id, v => AgentVersionSummary.Of(row, v)));
    }

    private static async Task<AgentAnswer<AgentVersionResponse>> AddVersionAsync(
        Caller caller, string agent, DefinitionBody body, Revision revision, IdempotentRequest repetition, AgentChanges changes,
        CancellationToken cancellationToken, [FromQuery] bool publish = false)
    {
        var (row, version) = await changes.AddVersionAsync(
            caller.Tenant, agent, repetition.NewId(), body.Definition, revision, publish, cancellationToken);
        var location = $"/v1/agents/{Ids.Encode(AgentReader.AgentPrefix, row.AgentId)}/versions/{version.Number}";
        return new AgentAnswer<AgentVersionResponse>(AgentVersionResponse.Of(row, version), row.Revision, location);
    }

    private static async Task<AgentAnswer<AgentVersionResponse>> GetVersionAsync(
        Caller caller, string agent, int number, Database database, CancellationToken cancellationToken)
    {
        var (row, version) = await database.ReadAsync(caller.Tenant, async unit =>
        {
            var found = await AgentChanges.ExistingAsync(unit, agent);
            return (found, await AgentReader.FindVersionAsync(unit, found.AgentId, number) ?? throw EntityId.NotFound("version"));
        }, cancellationToken);
        return new AgentAnswer<AgentVersionResponse>(AgentVersionResponse.Of(row, version), null);
    }

    private static async Task<AgentAnswer<AgentResponse>> PublishAsync(
        Caller caller, string agent, PublishRequest request, Revision revision, AgentChanges changes, Database database,
        CancellationToken cancellationToken)
    {
        var row = await changes.PublishAsync(caller.Tenant, agent, request.Version, revision, cancellationToken);
        return await ShowAsync(caller, row, database, cancellationToken);
    }

    private static async Task<AgentAnswer<AgentResponse>> RollBackAsync(
        Caller caller, string agent, RollbackRequest request, Revision revision, AgentChanges changes, Database database,
        CancellationToken cancellationToken)
    {
        _ = request;
        var row = await changes.RollBackAsync(caller.Tenant, agent, revision, cancellationToken);
        return await ShowAsync(caller, row, database, cancellationToken);
    }

    private static async Task<AgentAnswer<AgentResponse>> ShowAsync(
        Caller caller, AgentRow agent, Database database, CancellationToken cancellationToken, string? location = null)
    {
        var version = await database.ReadAsync(
            caller.Tenant, unit => AgentReader.FindVersionAsync(unit, agent.PublishedId), cancellationToken);
        return new AgentAnswer<AgentResponse>(AgentResponse.Of(agent, version!.ToVersion().Definition), agent.Revision, location);
    }
}
