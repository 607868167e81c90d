using System.Text.Json.Nodes;

namespace AgentFactory.Core.Models.Offline;

/// <summary>The plainest value that a schema allows, for what nobody said anything about.</summary>
internal static class OfflinePlaceholders
{
    private const int Deepest = 8;

    public static JsonNode? Of(OfflineSchema schema, string text, int depth)
    {
        if (depth > Deepest) return null;
        if (schema.Const is { } constant) return JsonNode.Parse(constant.GetRawText());
        if (schema.Enum is [var first, ..]) return JsonNode.Parse(first.GetRawText());
        return schema.Type switch
        {
            "integer" or "number" => Number(schema),
            "boolean" => false,
            "null" => null,
            "array" => Array(schema, text, depth),
            "object" => Object(schema, text, depth),
            _ => Text(schema, text),
        };
    }

    private static JsonArray Array(OfflineSchema schema, string text, int depth)
    {
        var count = (int)Math.Clamp(schema.Bound("minItems") ?? 0, 0, 16);
        return new JsonArray([.. Enumerable.Range(0, count).Select(_ => Of(schema.Items, text, depth + 1))]);
    }

    private static JsonObject Object(OfflineSchema schema, string text, int depth)
    {
        var required = schema.Properties.Where(p => p.Required);
        return new JsonObject(required.Select(p => KeyValuePair.Create(p.Name, Of(p.Schema, text, depth + 1))));
    }

    private static JsonValue Number(OfflineSchema schema)
    {
        var step = schema.Bound("multipleOf") ?? 1;
        var low = schema.Bound("minimum") ?? schema.Bound("exclusiveMinimum") + step;
        var high = schema.Bound("maximum") ?? schema.Bound("exclusiveMaximum") - step;
        var number = low ?? (high < 0 ? high.Value : 0);
        return JsonValue.Create(step > 0 ? Math.Ceiling(number / step) * step : number);
    }

    private static JsonValue Text(OfflineSchema schema, string text)
    {
        var value = schema.Format switch
        {
            "date" => "2000-01-01",
            "date-time" => "2000-01-01T00:00:00Z",
            "time" => "00:00:00Z",
            "email" => "nobody@example.com",
            "uri" or "url" => "https://example.com/",
            "uuid" => "00000000-0000-0000-0000-000000000000",
            _ => text,
        };
        if (schema.Bound("maxLength") is { } most && value.Length > most) value = value[..(int)most];
        if (schema.Bound("minLength") is { } least && value.Length < least) value = value.PadRight((int)Math.Min(least, 10_000), '.');
        return JsonValue.Create(value);
    }
}
