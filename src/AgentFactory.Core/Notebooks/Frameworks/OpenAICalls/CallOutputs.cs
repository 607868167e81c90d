using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>Answer schemas written as JSON in a request.</summary>
internal static class CallOutputs
{
    public static JsonElement? Schema(ExternalCall call)
    {
        var format = call.Argument("response_format") as MappingValue
            ?? (call.Argument("text") as MappingValue)?.Find("format") as MappingValue;
        if ((format?.Find("type") as TextValue)?.Known != "json_schema") return null;
        var schema = (format!.Find("json_schema") as MappingValue)?.Find("schema") ?? format.Find("schema");
        return schema is not null && JsonValues.TryConvert(schema, out var node) && node is JsonObject ? JsonValues.Element(node) : null;
    }
}
