using System.Text.Json.Nodes;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentFactory.Server.Platform.OpenApi;

/// <summary>Adds to each operation what its rules demand of a caller: the key and its scope, headers, limits.</summary>
internal static class ContractOperations
{
    public static Task CompleteAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Parameters ??= [];
        if (metadata.OfType<RequiredScope>().LastOrDefault() is { } required)
        {
            operation.Extensions["x-scope"] = new JsonNodeExtension(JsonValue.Create(required.Scope));
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(
                    ContractDocument.SecurityScheme, context.Document)] = [] },
            ];
        }
        else
        {
            operation.Security = [new OpenApiSecurityRequirement()];
        }
        if (operation.RequestBody is not null)
        {
            operation.Extensions["x-body-limit"] = new JsonNodeExtension(JsonValue.Create(metadata.OfType<BodyLimit>().Last().Bytes));
            if (operation.RequestBody.Content?.TryGetValue("multipart/form-data", out var form) == true) form.Schema = OneFile();
        }
        if (context.Description.HttpMethod == HttpMethods.Post)
            AddHeader(operation, IdempotentPosts.Header, "Makes the request happen once however often it is sent.", required: false);
        if (operation.Responses is { } responses)
        {
            operation.Responses = [];
            foreach (var (status, response) in responses.OrderBy(r => r.Key, StringComparer.Ordinal))
                operation.Responses[status] = response;
        }
        if (TakesRevision(context)) AddHeader(operation, "If-Match", "The ETag of the thing as it was read.", required: true);
        return Task.CompletedTask;
    }

    /// <summary>A route that takes a form takes one file in it, whatever its field is called.</summary>
    private static OpenApiSchema OneFile() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The file, with its name." },
        },
        Required = new HashSet<string> { "file" },
    };

    private static bool TakesRevision(OpenApiOperationTransformerContext context) =>
        context.Description.ActionDescriptor.EndpointMetadata.OfType<System.Reflection.MethodInfo>()
            .Any(method => method.GetParameters().Any(p => p.ParameterType == typeof(Revision)));

    private static void AddHeader(OpenApiOperation operation, string name, string description, bool required) =>
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
}
