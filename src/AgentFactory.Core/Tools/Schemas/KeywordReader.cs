using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// Reads the keywords of one schema object into rules. What the keywords hold is checked here, so that a check can't fail later.
/// </summary>
internal sealed class KeywordReader(SchemaCompiler compiler, SchemaNode node, JsonElement schema, int depth)
{
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["unevaluatedProperties"] = "it is not supported; list the properties and use additionalProperties",
        ["unevaluatedItems"] = "it is not supported; use prefixItems and items",
        ["$dynamicRef"] = "it is not supported; use $ref",
        ["$dynamicAnchor"] = "it is not supported; use $anchor and $ref",
        ["$recursiveRef"] = "it is not supported; use $ref",
        ["$recursiveAnchor"] = "it is not supported; use $anchor and $ref",
        ["dependencies"] = "that is the form of an older draft; use dependentRequired or dependentSchemas",
        ["additionalItems"] = "that is the form of an older draft; use prefixItems and items",
    };

    public void Read()
    {
        // What a value must be comes before what must hold inside: its message helps most.
        if (TryGet("type", out var type)) node.Rules.Add(new TypeRule(Types(type)));
        foreach (var keyword in schema.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal)) Read(keyword);
        ReadStrings();
        ReadArrays();
        ReadObjects();
        ReadCondition();
    }

    private void Read(string keyword)
    {
        if (Refused.TryGetValue(keyword, out var why)) throw Fault(keyword, why);
        var value = schema.GetProperty(keyword);
        switch (keyword)
        {
            case "$schema":
                SchemaCompiler.Draft(Text(keyword, value), At(keyword));
                break;
            case "$id":
                compiler.Id(Text(keyword, value), At(keyword));
                break;
            case "$anchor":
                compiler.Anchor(Text(keyword, value), node, At(keyword));
                break;
            case "$ref":
                var rule = new RefRule();
                compiler.Reference(rule, Text(keyword, value), At(keyword));
                node.Rules.Add(rule);
                break;
            case "$defs" or "definitions":
                Map(keyword);
                break;
            case "enum":
                node.Rules.Add(new EnumRule([.. List(keyword, value)]));
                break;
            case "const":
                node.Rules.Add(new EnumRule([value]));
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum":
                node.Rules.Add(new BoundRule(keyword, Number(keyword, value), value.GetRawText()));
                break;
            case "multipleOf":
                node.Rules.Add(new MultipleOfRule(Divisor(keyword, value), value.GetRawText()));
                break;
            case "allOf":
                node.Rules.Add(new AllOfRule(Nodes(keyword)));
                break;
            case "anyOf":
                node.Rules.Add(new AnyOfRule(Nodes(keyword)));
                break;
            case "oneOf":
                node.Rules.Add(new OneOfRule(Nodes(keyword)));
                break;
            case "not":
                node.Rules.Add(new NotRule(Node(keyword)!));
                break;
        }
    }

    private void ReadStrings()
    {
        if (Counts("minLength", "maxLength") is var (min, max)) node.Rules.Add(new LengthRule(min, max));
        if (TryGet("pattern", out var pattern)) node.Rules.Add(new PatternRule(Pattern(At("pattern"), Text("pattern", pattern))));
    }

    private void ReadArrays()
    {
        if (TryGet("items", out var items) && items.ValueKind == JsonValueKind.Array)
            throw Fault("items", "a list of schemas is the form of an older draft; use prefixItems");
        var prefix = TryGet("prefixItems", out _) ? Nodes("prefixItems") : [];
        var rest = Node("items");
        if (prefix.Count > 0 || rest is not null) node.Rules.Add(new ItemsRule(prefix, rest));
        if (Counts("minItems", "maxItems") is var (min, max)) node.Rules.Add(new ItemCountRule(min, max));
        if (TryGet("uniqueItems", out var unique) && Flag("uniqueItems", unique)) node.Rules.Add(new UniqueItemsRule());
        var bounds = Counts("minContains", "maxContains");
        if (Node("contains") is not { } contains) return;
        var least = TryGet("minContains", out _) ? bounds!.Value.Min : 1;
        node.Rules.Add(new ContainsRule(contains, least, bounds?.Max ?? int.MaxValue));
    }

    private void ReadObjects()
    {
        if (TryGet("required", out var required)) node.Rules.Add(new RequiredRule(Names(At("required"), required)));
        var named = Map("properties");
        var patterned = Map("patternProperties")
            .Select(pair => (Pattern(At("patternProperties") + "/" + SchemaPointer.Escape(pair.Key), pair.Key), pair.Value)).ToList();
        var additional = Node("additionalProperties");
        var closed = TryGet("additionalProperties", out var allowed) && allowed.ValueKind == JsonValueKind.False;
        if (named.Count > 0 || patterned.Count > 0 || additional is not null)
            node.Rules.Add(new PropertiesRule(named, patterned, additional, closed));
        if (Node("propertyNames") is { } names) node.Rules.Add(new PropertyNamesRule(names));
        if (Counts("minProperties", "maxProperties") is var (min, max)) node.Rules.Add(new PropertyCountRule(min, max));
        if (TryGet("dependentRequired", out var dependent)) node.Rules.Add(new DependentRequiredRule(Dependencies(dependent)));
        if (TryGet("dependentSchemas", out _)) node.Rules.Add(new DependentSchemasRule(Map("dependentSchemas")));
    }

    private void ReadCondition()
    {
        var (condition, then, otherwise) = (Node("if"), Node("then"), Node("else"));
        if (condition is not null && (then ?? otherwise) is not null) node.Rules.Add(new ConditionRule(condition, then, otherwise));
    }

    private SchemaNode? Node(string keyword) =>
        TryGet(keyword, out var value) ? compiler.Node(At(keyword), value, depth + 1) : null;

    private List<SchemaNode> Nodes(string keyword)
    {
        var schemas = List(keyword, schema.GetProperty(keyword));
        return [.. schemas.Select((item, i) => compiler.Node($"{At(keyword)}/{i}", item, depth + 1))];
    }

    private Dictionary<string, SchemaNode> Map(string keyword)
    {
        var nodes = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        if (!TryGet(keyword, out var value)) return nodes;
        if (value.ValueKind != JsonValueKind.Object) throw Fault(keyword, "it must be an object whose members are schemas");
        foreach (var member in value.EnumerateObject())
        {
            if (!nodes.TryAdd(member.Name, compiler.Node($"{At(keyword)}/{SchemaPointer.Escape(member.Name)}", member.Value, depth + 1)))
                throw Fault(keyword, $"'{member.Name}' is given twice");
        }
        return nodes;
    }

    private List<(string, IReadOnlyList<string>)> Dependencies(JsonElement value)
    {
        const string keyword = "dependentRequired";
        if (value.ValueKind != JsonValueKind.Object) throw Fault(keyword, "it must be an object whose members are lists of names");
        return [.. value.EnumerateObject().Select(m => (m.Name, Names($"{At(keyword)}/{SchemaPointer.Escape(m.Name)}", m.Value)))];
    }

    private List<string> Types(JsonElement value)
    {
        List<string> types = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Names(At("type"), value);
        if (types.Count > 0 && types.All(TypeRule.Known.Contains)) return types;
        throw Fault("type", $"it must be one of {string.Join(", ", TypeRule.Known)}, or a list of them");
    }

    private static List<string> Names(string pointer, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            var names = value.EnumerateArray().Select(item => item.GetString()!).ToList();
            if (names.Distinct(StringComparer.Ordinal).Count() == names.Count) return names;
        }
        throw SchemaCompiler.Fault(pointer, "it must be a list of strings, none of them twice");
    }

    private List<JsonElement> List(string keyword, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
            ? [.. value.EnumerateArray()]
            : throw Fault(keyword, "it must be a list with at least one item");

    private ExactNumber Number(string keyword, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => ExactNumber.Of(value),
        JsonValueKind.True or JsonValueKind.False =>
            throw Fault(keyword, "true and false are the form of an older draft; give the number itself"),
        _ => throw Fault(keyword, "it must be a number"),
    };

    private ExactNumber Divisor(string keyword, JsonElement value) =>
        Number(keyword, value) is { Sign: > 0 } divisor ? divisor : throw Fault(keyword, "it must be greater than 0");

    private (int Min, int Max)? Counts(string min, string max)
    {
        if (!TryGet(min, out var least) & !TryGet(max, out var most)) return null;
        return (Count(min, least, 0), Count(max, most, int.MaxValue));
    }

    private int Count(string keyword, JsonElement value, int absent)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return absent;
        return value.ValueKind == JsonValueKind.Number && ExactNumber.Of(value) is { IsInteger: true, Sign: >= 0 } number
            ? number.ToCount()
            : throw Fault(keyword, "it must be an integer of 0 or more");
    }

    private static SchemaPattern Pattern(string pointer, string source)
    {
        try
        {
            return SchemaPattern.Parse(source);
        }
        catch (FormatException e)
        {
            throw SchemaCompiler.Fault(pointer, $"the pattern does not work: {e.Message}");
        }
    }

    private string Text(string keyword, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Fault(keyword, "it must be a string");

    private bool Flag(string keyword, JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? value.GetBoolean()
        : throw Fault(keyword, "it must be true or false");

    private bool TryGet(string keyword, out JsonElement value) => schema.TryGetProperty(keyword, out value);

    private string At(string keyword) => node.Pointer + "/" + SchemaPointer.Escape(keyword);

    private AgentFactoryException Fault(string keyword, string problem) => SchemaCompiler.Fault(At(keyword), problem);
}
