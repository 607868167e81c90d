using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>.</summary>
internal sealed class PropertiesRule(
    IReadOnlyDictionary<string, SchemaNode> named,
    IReadOnlyList<(SchemaPattern Pattern, SchemaNode Node)> patterned,
    SchemaNode? additional,
    bool closed) : SchemaRule
{
    private const int MaxListed = 30;

    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            if (!check.Spend(1)) return;
            var name = member.Name;
            var known = named.TryGetValue(name, out var node);
            if (known) check.Into(name, member.Value, node!);
            foreach (var (pattern, patternNode) in patterned)
            {
                // A name that took too long to match is held to the pattern's schema: the safe side.
                if (pattern.IsMatch(name) == false) continue;
                known = true;
                check.Into(name, member.Value, patternNode);
            }
            if (known) continue;
            if (closed) check.Report(name, $"is not a known property; {Known()}");
            else if (additional is not null) check.Into(name, member.Value, additional);
        }
    }

    private string Known() => named.Count switch
    {
        0 => "none is allowed by name",
        <= MaxListed => "known are: " + string.Join(", ", named.Keys),
        _ => "known are, among others: " + string.Join(", ", named.Keys.Take(MaxListed)),
    };
}

internal sealed class RequiredRule(IReadOnlyList<string> names) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var name in names)
        {
            if (!value.TryGetProperty(name, out _)) check.Report(name, "is required");
        }
    }
}

/// <summary><c>minProperties</c> and <c>maxProperties</c>.</summary>
internal sealed class PropertyCountRule(int min, int max) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        var count = value.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal).Count();
        if (count < min) check.Report($"must have at least {min} properties, but has {count}");
        if (count > max) check.Report($"must have at most {max} properties, but has {count}");
    }
}

internal sealed class PropertyNamesRule(SchemaNode node) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var member in value.EnumerateObject())
        {
            var attempt = check.Try(node, JsonSerializer.SerializeToElement(member.Name));
            if (attempt.Count > 0) check.Report(member.Name, $"has a name that is not allowed: it {attempt.Violations[0].Message}");
        }
    }
}

internal sealed class DependentRequiredRule(IReadOnlyList<(string If, IReadOnlyList<string> Then)> dependencies) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var (present, needed) in dependencies)
        {
            if (!value.TryGetProperty(present, out _)) continue;
            foreach (var name in needed)
            {
                if (!value.TryGetProperty(name, out _)) check.Report(name, $"is required because `{present}` is given");
            }
        }
    }
}

internal sealed class DependentSchemasRule(IReadOnlyDictionary<string, SchemaNode> nodes) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => nodes.Values;

    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var (present, node) in nodes)
        {
            if (value.TryGetProperty(present, out _)) node.Check(value, check);
        }
    }
}
