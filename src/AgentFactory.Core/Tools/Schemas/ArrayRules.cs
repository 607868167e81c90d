using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary><c>prefixItems</c> and <c>items</c>.</summary>
internal sealed class ItemsRule(IReadOnlyList<SchemaNode> prefix, SchemaNode? rest) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var node = index < prefix.Count ? prefix[index] : rest;
            if (node is not null) check.Into(index, item, node);
            else if (index >= prefix.Count) return;
            index++;
        }
    }
}

/// <summary><c>minItems</c> and <c>maxItems</c>.</summary>
internal sealed class ItemCountRule(int min, int max) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var count = value.GetArrayLength();
        if (count < min) check.Report($"must have at least {min} items, but has {count}");
        if (count > max) check.Report($"must have at most {max} items, but has {count}");
    }
}

internal sealed class UniqueItemsRule : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var seen = new Dictionary<JsonElement, int>(JsonValueComparer.Instance);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!check.Spend(1)) return;
            if (!seen.TryAdd(item, index))
            {
                check.Report($"must not repeat an item: items {seen[item]} and {index} are the same");
                return;
            }
            index++;
        }
    }
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsRule(SchemaNode node, int min, int max) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        var count = value.EnumerateArray().Count(item => check.Passes(node, item));
        if (count < min) check.Report($"must contain at least {min} item(s) that satisfy the schema in `contains`, but has {count}");
        if (count > max) check.Report($"must contain at most {max} item(s) that satisfy the schema in `contains`, but has {count}");
    }
}
