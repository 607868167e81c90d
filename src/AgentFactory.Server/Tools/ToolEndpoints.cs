using System.Globalization;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Tools;

internal static class ToolEndpoints
{
    /// <summary>A program of 1 MiB may be twice as long as a JSON string.</summary>
    private const long MostBytes = 4 << 20;

    private static readonly JsonElement NoArguments = JsonDocument.Parse("{}").RootElement;

    public static void Map(RouteGroupBuilder tools)
    {
        tools.MapGet("/", ListAsync).Named("tools.list", Scope.ToolsRead, "List the tenant's tools and the built-in ones");
        tools.MapPost("/", CreateAsync).Named("tools.create", Scope.ToolsWrite, "Create a tool").WithBodyLimit(MostBytes).Repeatable();
        tools.MapGet("/{tool}", GetAsync).Named("tools.get", Scope.ToolsRead, "Get a tool by id or name");
        tools.MapPut("/{tool}", ReplaceAsync).Named("tools.replace", Scope.ToolsWrite, "Replace a tool").WithBodyLimit(MostBytes);
        tools.MapDelete("/{tool}", DeleteAsync).Named("tools.delete", Scope.ToolsWrite, "Delete a tool");
        tools.MapPost("/{tool}/call", CallAsync).Named("tools.call", Scope.ToolsWrite, "Call a tool once, to try it");
    }

    private static async Task<Ok<Page<ToolResponse>>> ListAsync(
        Caller caller, [AsParameters] ListQuery query, Database database, ToolStore store, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(caller.Tenant, unit => store.ListAsync(unit, query), cancellationToken);
        return TypedResults.Ok(Page.Of(rows, query, row => row.ToolId, ToolResponse.Of));
    }

    private static async Task<VersionedCreated<ToolResponse>> CreateAsync(
        Caller caller, ToolRequest request, IdempotentRequest repetition, Database database, ToolStore store, IAgentCatalog agents,
        CancellationToken cancellationToken)
    {
        var tool = await ValidAsync(caller.Tenant, request, agents, cancellationToken);
        var id = repetition.NewId();
        var row = await database.WriteAsync(caller.Tenant, async unit =>
            (repetition.IsRepeat ? await ToolStore.FindAsync(unit, id) : null)
                ?? await store.InsertAsync(unit, id, tool), cancellationToken);
        return Versioned.Created($"/v1/tools/{Ids.Encode(ToolResponse.Prefix, id)}", ToolResponse.Of(row), row.Revision);
    }

    private static async Task<Versioned<ToolResponse>> GetAsync(
        Caller caller, string tool, Database database, ToolStore store, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(caller.Tenant, unit => ExistingAsync(store, unit, tool), cancellationToken);
        return Versioned.Ok(ToolResponse.Of(row), row.Revision);
    }

    private static async Task<Versioned<ToolResponse>> ReplaceAsync(
        Caller caller, string tool, Revision revision, ToolRequest request, Database database, ToolStore store, IAgentCatalog agents,
        CancellationToken cancellationToken)
    {
        var definition = await ValidAsync(caller.Tenant, request, agents, cancellationToken);
        var row = await database.WriteAsync(caller.Tenant, async unit =>
        {
            var before = await ChangeableAsync(store, unit, tool, revision);
            if (before.Name != definition.Name)
                throw new AgentFactoryException(
                    ErrorCodes.Invalid, $"A tool keeps its name, which is '{before.Name}'; create another one instead.", "name");
            return await store.UpdateAsync(unit, before, definition);
        }, cancellationToken);
        return Versioned.Ok(ToolResponse.Of(row), row.Revision);
    }

    private static async Task<NoContent> DeleteAsync(
        Caller caller, string tool, Revision revision, Database database, ToolStore store, CancellationToken cancellationToken)
    {
        await database.WriteAsync(caller.Tenant, async unit =>
            await ToolStore.DeleteAsync(unit, await ChangeableAsync(store, unit, tool, revision)), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<ToolTrialResult>> CallAsync(
        Caller caller, string tool, ToolTrial trial, Database database, ToolStore store, ToolInvoker invoker, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(caller.Tenant, unit => ExistingAsync(store, unit, tool), cancellationToken);
        var arguments = trial.Arguments ?? NoArguments;
        // A person asks, so a tool of effect 'once' is called too; nothing repeats the call, and its key is its own.
        var key = Ids.New(time).ToString("N", CultureInfo.InvariantCulture);
        var call = new ToolCall(caller.Tenant, Guid.Empty, "trial", arguments, key);
        var begin = time.GetTimestamp();
        var result = await invoker.InvokeAsync(row.ToDefinition(), call, cancellationToken);
        return TypedResults.Ok(new ToolTrialResult(result.Content, result.IsError, (long)time.GetElapsedTime(begin).TotalMilliseconds));
    }

    /// <summary>The definition that was sent, or every reason why it isn't one.</summary>
    private static async Task<ToolDefinition> ValidAsync(
        TenantId tenant, ToolRequest request, IAgentCatalog agents, CancellationToken cancellationToken)
    {
        var tool = request.ToDefinition();
        var faults = ToolValidation.Check(tool);
        if (tool.Kind == ToolKind.Agent && AgentValidation.IsName(tool.Agent)
            && await agents.FindPublishedAsync(tenant, tool.Agent!, cancellationToken) is null)
            faults.Add("agent", $"There is no agent '{tool.Agent}'; create it first.");
        faults.ThrowIfAny();
        return tool;
    }

    private static async Task<ToolRow> ExistingAsync(ToolStore store, UnitOfWork unit, string nameOrId) =>
        await store.FindAsync(unit, nameOrId) ?? throw EntityId.NotFound("tool");

    private static async Task<ToolRow> ChangeableAsync(ToolStore store, UnitOfWork unit, string nameOrId, Revision revision)
    {
        var row = await ExistingAsync(store, unit, nameOrId);
        if (row.IsBuiltin)
            throw new AgentFactoryException(
                ErrorCodes.Conflict, $"'{row.Name}' is a built-in tool, which cannot be changed or deleted; make one of another name.");
        revision.Check(row.Revision);
        return row;
    }
}
