using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Notebooks;

internal static class NotebookEndpoints
{
    public static void Map(RouteGroupBuilder notebooks)
    {
        notebooks.MapGet("/", ListAsync).Named("notebooks.list", Scope.NotebooksRead, "List the tenant's conversions");
        notebooks.MapPost("/", ConvertAsync)
            .Named("notebooks.convert", Scope.NotebooksWrite, "Convert a notebook, and install its agents and tools")
            .WithMetadata(new AcceptsMetadata(NotebookUpload.MediaTypes, typeof(Stream)))
            .WithBodyLimit(NotebooksOptions.MostBytes + NotebookUpload.FormBytes).Repeatable();
        notebooks.MapGet("/{notebook}", GetAsync).Named("notebooks.get", Scope.NotebooksRead, "Get a conversion with its report");
        notebooks.MapDelete("/{notebook}", DeleteAsync)
            .Named("notebooks.delete", Scope.NotebooksWrite, "Delete a conversion; its agents and tools stay");
    }

    private static async Task<Ok<Page<NotebookSummary>>> ListAsync(
        Caller caller, [AsParameters] ListQuery query, Database database, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(caller.Tenant, unit => NotebookStore.ListAsync(unit, query), cancellationToken);
        return TypedResults.Ok(Page.Of(rows, query, row => row.NotebookId, NotebookSummary.Of));
    }

    private static async Task<Created<NotebookResponse>> ConvertAsync(
        Caller caller, HttpRequest request, [FromQuery] string? name, [FromQuery] string? model, IdempotentRequest repetition,
        ConversionLine line, InstallNotebook installer, CancellationToken cancellationToken, [FromQuery] bool install = true)
    {
        var (wanted, provider) = (NotebookUpload.CheckName(name, "name"), NotebookUpload.CheckModel(model));
        if (install) RequireInstallScopes(caller);
        var upload = await NotebookUpload.ReadAsync(request, cancellationToken);
        var conversion = await line.ConvertAsync(upload.File, wanted ?? upload.FileName, provider, cancellationToken);
        var row = await installer.RunAsync(caller.Tenant, repetition.NewId(), conversion, install, cancellationToken);
        var shown = NotebookResponse.Of(row);
        return TypedResults.Created($"/v1/notebooks/{shown.Id}", shown);
    }

    private static async Task<Ok<NotebookResponse>> GetAsync(
        Caller caller, string notebook, Database database, CancellationToken cancellationToken)
    {
        var id = EntityId.Parse(NotebookResponse.Prefix, notebook, "notebook");
        var row = await database.ReadAsync(caller.Tenant, unit => NotebookStore.FindAsync(unit, id), cancellationToken);
        return TypedResults.Ok(NotebookResponse.Of(row ?? throw EntityId.NotFound("notebook")));
    }

    private static async Task<NoContent> DeleteAsync(Caller caller, string notebook, Database database, CancellationToken cancellationToken)
    {
        var id = EntityId.Parse(NotebookResponse.Prefix, notebook, "notebook");
        var deleted = await database.WriteAsync(caller.Tenant, unit => NotebookStore.DeleteAsync(unit, id), cancellationToken);
        if (!deleted) throw EntityId.NotFound("notebook");
        return TypedResults.NoContent();
    }

    /// <summary>A conversion that installs writes agents and tools: a key that may not do that must not do it by a notebook.</summary>
    private static void RequireInstallScopes(Caller caller)
    {
        foreach (var scope in new[] { Scope.AgentsWrite, Scope.ToolsWrite })
            if (!caller.May(scope))
                throw new AgentFactoryException(
                    ErrorCodes.Forbidden,
                    $"Installing what a notebook holds needs the scope {scope} too. Use a key that has it, or send install=false.",
                    "install");
    }
}
