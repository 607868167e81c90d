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

    /// <summary>
    /// A request with a member that isn't known is refused; an answer may gain members in a later release. What is both stays closed.
    /// </summary>
    public static void OpenAnswers(OpenApiDocument document)
    {
        var sent = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
            if (operation.RequestBody?.Content is { } content)
                foreach (var media in content.Values) Collect(media.Schema, sent);
        foreach (var (name, schema) in document.Components!.Schemas!)
            if (schema is OpenApiSchema own && !sent.Contains(name)) own.AdditionalPropertiesAllowed = true;
    }

    private static void Collect(IOpenApiSchema? schema, HashSet<string> names)
    {
        if (schema is null || (schema is OpenApiSchemaReference reference && !names.Add(reference.Reference.Id!))) return;
        IEnumerable<IOpenApiSchema?> parts =
        [
            schema.Items, schema.AdditionalProperties, .. schema.Properties?.Values ?? [], .. schema.OneOf ?? [], .. schema.AnyOf ?? [],
            .. schema.AllOf ?? [],
        ];
        foreach (var part in parts) Collect(part, names);
    }
}
