using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>
/// What stands behind <c>=</c> at a field or parameter: a plain default, or Pydantic's or dataclasses' <c>Field(...)</c>.
/// </summary>
internal sealed record FieldFacts(bool IsRequired, Value? Default, ExternalCall? Field)
{
    public string? Description => (Field?.Argument("description") as TextValue)?.ToString();

    public string? Alias => (Field?.Argument("alias") as TextValue)?.Known;

    public static FieldFacts Of(Value? value)
    {
        if (value is null) return new FieldFacts(true, null, null);
        if (value is not ResultValue { Call: { Member: "Field" or "field" or "Query" or "Body" } call })
            return new FieldFacts(false, value, null);
        var given = call.Argument("default", call.Member == "field" ? -1 : 0);
        var isRequired = given is null or ConstantValue { Content: Ellipsis } && call.Argument("default_factory") is null;
        return new FieldFacts(isRequired, isRequired ? null : given, call);
    }

    public void ApplyTo(JsonObject schema)
    {
        if (Description is { Length: > 0 } text) schema["description"] = text;
        if (Default is not null && JsonValues.TryConvert(Default, out var node)) schema["default"] = node;
        foreach (var (argument, keyword) in Constraints)
        {
            if (Field?.Argument(argument) is { } limit && JsonValues.TryConvert(limit, out var bound) && bound is not null) schema[
                keyword] = bound;
        }
    }

    private static readonly (string Argument, string Keyword)[] Constraints =
    [
        ("ge", "minimum"), ("le", "maximum"), ("gt", "exclusiveMinimum"), ("lt", "exclusiveMaximum"), ("min_length", "minLength"),
        ("max_length", "maxLength"), ("pattern", "pattern"), ("regex", "pattern"), ("multiple_of", "multipleOf"), ("examples", "examples"),
    ];
}
