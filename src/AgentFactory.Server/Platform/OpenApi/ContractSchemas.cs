using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AgentFactory.Server.Platform.OpenApi;

/// <summary>How schemas are named, and what they say about members that aren't known.</summary>
internal static class ContractSchemas
{
    /// <summary>The type's own name, as client generators show it: <c>PageOfKey</c>, not <c>PageOfKeyResponse</c>.</summary>
    public static string? NameOf(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Response", "", StringComparison.Ordinal);

    public static Task CompleteAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // A request with a member that isn't known is refused; an answer may gain members in a later release.
        var isRequest = context.JsonTypeInfo.Type.Name.EndsWith("Request", StringComparison.Ordinal);
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && context.JsonPropertyInfo is null && isRequest)
            schema.AdditionalPropertiesAllowed = false;
        return Task.CompletedTask;
    }
}
