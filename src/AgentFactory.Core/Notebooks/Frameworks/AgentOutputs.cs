using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>Output types of agents: a class of the notebook, or a type made of such.</summary>
internal static class AgentOutputs
{
    public static JsonElement? Schema(Value? type, AnnotationReader annotations)
    {
        type = Unwrap(type);
        if (type is ClassValue own) return TypeSchemas.Document(own, annotations) is { } document ? JsonValues.Element(document) : null;
        if (type is not GenericValue generic) return null;
        var builder = new TypeSchemas(annotations);
        var schema = builder.Of(generic);
        if (schema.Count == 0) return null;
        // Providers take only objects as the whole answer; the SDKs wrap others the same way.
        var wrapped = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["response"] = schema },
            ["required"] = new JsonArray("response"),
        };
        if (builder.Definitions.Count > 0) wrapped["$defs"] = builder.Definitions;
        return JsonValues.Element(wrapped);
    }

    public static string? TypeName(Value? type) => Unwrap(type) switch
    {
        ClassValue own => own.Name,
        GenericValue { Origin: ExternalValue origin } generic =>
            $"{Last(origin.Path)}[{string.Join(", ", generic.Arguments.Select(a => TypeName(a) ?? "Any"))}]",
        ExternalValue external when external.Path != "builtins.str" => Last(external.Path),
        _ => null,
    };

    private static Value? Unwrap(Value? type) => type is ResultValue { Call: { Member: "AgentOutputSchema" } call }
        ? call.Argument("output_type", 0) : type;

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
