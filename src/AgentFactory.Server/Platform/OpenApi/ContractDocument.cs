using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentFactory.Server.Platform.OpenApi;

/// <summary>What the document says as a whole, and its order.</summary>
internal static class ContractDocument
{
    public const string SecurityScheme = "key";

    public static Task CompleteAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Agent Factory",
            Version = "v1",
            Description = "Agents from notebooks, run and observed. "
                + "Errors are problem documents (RFC 9457) whose code has a section in docs/errors.md.",
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server this document came from" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [SecurityScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "af_key_…",
                Description = "A key of the tenant. X-Api-Key takes it too.",
            },
        };
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(p => p.Key, StringComparer.Ordinal))
            paths[path.Length > 1 ? path.TrimEnd('/') : path] = item;
        document.Paths = paths;
        if (document.Components.Schemas is { } schemas)
            document.Components.Schemas = schemas.OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary();
        ContractSchemas.OpenAnswers(document);
        document.Tags = document.Tags?.OrderBy(t => t.Name, StringComparer.Ordinal).ToHashSet();
        return Task.CompletedTask;
    }
}
