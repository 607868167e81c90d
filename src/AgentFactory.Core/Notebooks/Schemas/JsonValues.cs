using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>Values as JSON.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 30;
    private const int MaxText = 100_000;

    /// <summary>False when a part of the value is not known or has no JSON form. The node is null for <c>None</c>.</summary>
    /// <param name="placeholders">Texts may have unknown parts, which become placeholders.</param>
    public static bool TryConvert(Value value, out JsonNode? node, bool placeholders = false) => TryConvert(value, out node, placeholders, 0);

    /// <summary>The value that a JSON text is; null when it is none.</summary>
    public static Value? Parse(string json)
    {
        if (json.Length > MaxText) return null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Of(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON, or half a surrogate pair in it
        {
            return null; // what the notebook's own json.loads would refuse is not known
        }
    }

    private static Value Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new MappingValue();
                foreach (var member in element.EnumerateObject()) map.Set(TextValue.Of(member.Name), Of(member.Value));
                return map;
            case JsonValueKind.Array:
                return new SequenceValue(SequenceKind.List, element.EnumerateArray().Select(Of));
            case JsonValueKind.String:
                return TextValue.Of(element.GetString()!);
            case JsonValueKind.Number:
                return new ConstantValue(element.TryGetInt64(out var whole) ? (BigInteger)whole : element.GetDouble());
            default:
                return new ConstantValue(element.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null });
        }
    }

    public static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    private static bool TryConvert(Value value, out JsonNode? node, bool placeholders, int depth)
    {
        node = null;
        switch (value)
        {
            case TextValue text:
                node = JsonValue.Create(text.ToString());
                return text.IsKnown || placeholders;
            case ConstantValue constant:
                return TryConvert(constant.Content, out node);
            case SequenceValue { IsOpen: false } list when depth < MaxDepth:
                var array = new JsonArray();
                node = array;
                foreach (var item in list.Items)
                {
                    if (!TryConvert(item, out var element, placeholders, depth + 1)) return false;
                    array.Add(element);
                }
                return true;
            case MappingValue { IsOpen: false } map when depth < MaxDepth:
                var members = new JsonObject();
                node = members;
                foreach (var (key, item) in map.Entries)
                {
                    if (key is not TextValue { Known: { } name } || !TryConvert(item, out var member, placeholders, depth + 1)) return false;
                    members[name] = member;
                }
                return true;
            default:
                return false;
        }
    }

    private static bool TryConvert(object? content, out JsonNode? node)
    {
        node = content switch
        {
            bool b => JsonValue.Create(b),
            BigInteger n when n >= long.MinValue && n <= long.MaxValue => JsonValue.Create((long)n),
            double d when double.IsFinite(d) => JsonValue.Create(d),
            _ => null,
        };
        return node is not null || content is null;
    }
}
