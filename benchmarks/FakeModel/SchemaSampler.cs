using System.Text;
using System.Text.Json;

namespace FakeModel;

/// <summary>The smallest plausible instance of a JSON schema, optional members left out: enough for a call to pass validation.</summary>
internal static class SchemaSampler
{
    private const int Deepest = 8;

    public static string Sample(JsonElement schema)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, schema, "", 0);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, JsonElement schema, string name, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > Deepest) writer.WriteNullValue();
        else if (schema.TryGetProperty("const", out var constant)) constant.WriteTo(writer);
        else if (First(schema, "enum") is { } choice) choice.WriteTo(writer);
        else if ((First(schema, "anyOf") ?? First(schema, "oneOf") ?? First(schema, "allOf")) is { } branch)
            Write(writer, branch, name, depth + 1);
        else WriteType(writer, schema, name, depth);
    }

    private static void WriteType(Utf8JsonWriter writer, JsonElement schema, string name, int depth)
    {
        switch (TypeOf(schema))
        {
            case "string":
                writer.WriteStringValue(name is "input" or "expression" ? "2+2" : "fake");
                break;
            case "integer" or "number":
                writer.WriteNumberValue(Whole(schema, "minimum") ?? 1);
                break;
            case "boolean":
                writer.WriteBooleanValue(true);
                break;
            case "null":
                writer.WriteNullValue();
                break;
            case "array":
                writer.WriteStartArray();
                if (schema.TryGetProperty("items", out var items))
                    for (var i = 0; i < Math.Min(Whole(schema, "minItems") ?? 0, 16); i++) Write(writer, items, name, depth + 1);
                writer.WriteEndArray();
                break;
            default:
                WriteObject(writer, schema, depth);
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement schema, int depth)
    {
        writer.WriteStartObject();
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array
            && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in required.EnumerateArray().Select(n => n.ToString()))
            {
                if (!properties.TryGetProperty(name, out var property)) continue;
                writer.WritePropertyName(name);
                Write(writer, property, name, depth + 1);
            }
        }
        writer.WriteEndObject();
    }

    private static string? TypeOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type)) return schema.TryGetProperty("properties", out _) ? "object" : "string";
        return type.ValueKind == JsonValueKind.Array ? type[0].GetString() : type.GetString();
    }

    private static JsonElement? First(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 ? list[0] : null;

    private static int? Whole(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.TryGetInt32(out var whole) ? whole : null;
}
