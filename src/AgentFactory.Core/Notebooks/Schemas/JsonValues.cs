using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>Values as JSON.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 30;

    /// <summary>False when a part of the value is not known or has no JSON form. The node is null for <c>None</c>.</summary>
    public static bool TryConvert(Value value, out JsonNode? node) => TryConvert(value, out node, 0);

    public static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);

    private static bool TryConvert(Value value, out JsonNode? node, int depth)
    {
        node = null;
        switch (value)
        {
            case TextValue text:
                node = JsonValue.Create(text.ToString());
                return text.IsKnown;
            case ConstantValue constant:
                return TryConvert(constant.Content, out node);
            case SequenceValue { IsOpen: false } list when depth < MaxDepth:
                var array = new JsonArray();
                node = array;
                foreach (var item in list.Items)
                {
                    if (!TryConvert(item, out var element, depth + 1)) return false;
                    array.Add(element);
                }
                return true;
            case MappingValue { IsOpen: false } map when depth < MaxDepth:
                var members = new JsonObject();
                node = members;
                foreach (var (key, item) in map.Entries)
                {
                    if (key is not TextValue { Known: { } name } || !TryConvert(item, out var member, depth + 1)) return false;
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
