using System.Text.Json;

namespace AgentFactory.Core.Models.Offline;

/// <summary>A JSON Schema as the offline model reads it: references followed, the first useful branch of a choice taken.</summary>
internal readonly struct OfflineSchema
{
    private readonly JsonElement _root;
    private readonly JsonElement _node;

    public OfflineSchema(JsonElement root) : this(root, root)
    {
    }

    private OfflineSchema(JsonElement root, JsonElement node)
    {
        _root = root;
        _node = Resolve(root, node);
    }

    public string Type => _node.ValueKind != JsonValueKind.Object ? "string"
        : !_node.TryGetProperty("type", out var type) ? Has("properties") ? "object" : Has("items") ? "array" : "string"
        : type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Select(t => t.GetString()).FirstOrDefault(t => t != "null") ?? "null"
            : type.GetString() ?? "string";

    public string? Format => Text("format");
    public string? Pattern => Text("pattern");
    public string Description => Text("description") ?? "";
    public JsonElement? Default => Member("default");
    public JsonElement? Const => Member("const");

    public IReadOnlyList<JsonElement> Enum => List("enum");

    /// <summary>The properties in order, with whether each must be there.</summary>
    public List<(string Name, OfflineSchema Schema, bool Required)> Properties
    {
        get
        {
            if (Member("properties") is not { ValueKind: JsonValueKind.Object } properties) return [];
            var required = List("required").Select(name => name.ToString()).ToHashSet();
            var root = _root;
            return [.. properties.EnumerateObject().Select(p => (p.Name, new OfflineSchema(root, p.Value), required.Contains(p.Name)))];
        }
    }

    public OfflineSchema Items => Member("items") is { } items ? new OfflineSchema(_root, items) : new OfflineSchema(_root, default);

    /// <summary>The smallest count, length or value that is allowed, under its JSON Schema name; null when none is stated.</summary>
    public decimal? Bound(string keyword) =>
        Member(keyword) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var bound) ? bound : null;

    public bool Allows(decimal number) =>
        !(number < Bound("minimum")) && !(number > Bound("maximum"))
        && !(number <= Bound("exclusiveMinimum")) && !(number >= Bound("exclusiveMaximum"))
        && (Type != "integer" || decimal.IsInteger(number)) && !(Bound("multipleOf") is { } step && step != 0 && number % step != 0);

    private bool Has(string name) => Member(name) is not null;
    private string? Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private List<JsonElement> List(string name) =>
        Member(name) is { ValueKind: JsonValueKind.Array } values ? [.. values.EnumerateArray()] : [];

    private JsonElement? Member(string name) =>
        _node.ValueKind == JsonValueKind.Object && _node.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement Resolve(JsonElement root, JsonElement node)
    {
        // A schema that refers to itself and nothing else would go round for ever.
        for (var hops = 0; hops < 16 && node.ValueKind == JsonValueKind.Object; hops++)
        {
            if (node.TryGetProperty("$ref", out var reference)) node = Follow(root, reference.GetString() ?? "");
            else if (Choice(node) is { } branch) node = branch;
            else return node;
        }
        return node.ValueKind == JsonValueKind.Object && !node.TryGetProperty("$ref", out _) ? node : default;
    }

    private static JsonElement? Choice(JsonElement node)
    {
        if (node.TryGetProperty("type", out _)) return null;
        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (!node.TryGetProperty(keyword, out var branches) || branches.ValueKind != JsonValueKind.Array) continue;
            foreach (var branch in branches.EnumerateArray())
                if (branch.ValueKind == JsonValueKind.Object && !IsNull(branch)) return branch;
        }
        return null;
    }

    private static bool IsNull(JsonElement branch) =>
        branch.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("null");

    private static JsonElement Follow(JsonElement root, string pointer)
    {
        if (!pointer.StartsWith('#')) return default;
        var node = root;
        foreach (var step in pointer.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            // RFC 6901: ~1 before ~0.
            var name = Uri.UnescapeDataString(step)
                .Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (node.ValueKind != JsonValueKind.Object || !node.TryGetProperty(name, out node)) return default;
        }
        return node;
    }
}
