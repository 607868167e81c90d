using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary><c>type</c>.</summary>
internal sealed class TypeRule(IReadOnlyList<string> types) : SchemaRule
{
    public static readonly string[] Known = ["null", "boolean", "object", "array", "number", "string", "integer"];

    public override void Check(JsonElement value, SchemaCheck check)
    {
        foreach (var type in types)
        {
            if (IsOf(type, value)) return;
        }
        check.Report($"must be {string.Join(" or ", types.Select(WithArticle))}, but is {WithArticle(NameOf(value))}");
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && ExactNumber.Of(value).IsInteger,
        _ => NameOf(value) == type,
    };

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    private static string WithArticle(string type) => type switch
    {
        "null" => "null",
        "object" or "array" or "integer" => "an " + type,
        _ => "a " + type,
    };
}

/// <summary><c>enum</c>, and <c>const</c> as the one of them.</summary>
internal sealed class EnumRule(IReadOnlyList<JsonElement> values) : SchemaRule
{
    private const int MaxListed = 400;

    private readonly HashSet<JsonElement> _values = new(values, JsonValueComparer.Instance);

    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (!_values.Contains(value)) check.Report(values.Count == 1 ? $"must be {List()}" : $"must be one of {List()}");
    }

    private string List()
    {
        var list = string.Join(", ", values.Select(v => v.GetRawText()));
        return list.Length <= MaxListed ? list : list[..MaxListed] + "…";
    }
}

/// <summary>The schema <c>false</c>.</summary>
internal sealed class NeverRule : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check) => check.Report("is not allowed here");
}

/// <summary><c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c>.</summary>
internal sealed class BoundRule(string keyword, ExactNumber bound, string written) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Number) return;
        var order = ExactNumber.Of(value).CompareTo(bound);
        var (holds, words) = keyword switch
        {
            "minimum" => (order >= 0, "at least"),
            "maximum" => (order <= 0, "at most"),
            "exclusiveMinimum" => (order > 0, "greater than"),
            _ => (order < 0, "less than"),
        };
        if (!holds) check.Report($"must be {words} {written}");
    }
}

internal sealed class MultipleOfRule(ExactNumber divisor, string written) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.Number) return;
        switch (ExactNumber.Of(value).IsMultipleOf(divisor))
        {
            case null:
                check.Report($"has more than {ExactNumber.MaxDivisionDigits} digits, which is too many to divide by {written}");
                break;
            case false:
                check.Report($"must be a multiple of {written}");
                break;
        }
    }
}

/// <summary><c>minLength</c> and <c>maxLength</c>, in code points.</summary>
internal sealed class LengthRule(int min, int max) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.String) return;
        var length = JsonText.CodePoints(value.GetString()!);
        if (length < min) check.Report($"must have at least {min} characters, but has {length}");
        if (length > max) check.Report($"must have at most {max} characters, but has {length}");
    }
}

internal sealed class PatternRule(SchemaPattern pattern) : SchemaRule
{
    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (value.ValueKind != JsonValueKind.String) return;
        switch (pattern.IsMatch(value.GetString()!))
        {
            case null:
                check.Report($"took too long to match against the pattern {pattern.Source}; send something shorter");
                break;
            case false:
                check.Report($"must match the pattern {pattern.Source}");
                break;
        }
    }
}
