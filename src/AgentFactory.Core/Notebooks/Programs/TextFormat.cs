using System.Globalization;
using System.Numerics;
using System.Text;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>The three ways Python fills a text: format specifications, <c>str.format</c> and <c>%</c>.</summary>
internal static class TextFormat
{
    /// <summary>A value under a format specification; a placeholder when the specification is beyond what prompts use.</summary>
    public static TextValue Format(Value value, string specification, string source)
    {
        var text = PythonText.Str(value, source);
        if (specification.Length == 0 || text.Known is null) return text;
        var number = value is ConstantValue { Content: not bool } ? Operations.Number(value) : null;
        var formatted = specification switch
        {
            "," when number is { } n => n.ToString("#,0.######", CultureInfo.InvariantCulture),
            "d" when value is ConstantValue { Content: BigInteger n } => n.ToString(CultureInfo.InvariantCulture),
            "s" => text.Known,
            ['.', >= '0' and <= '9', 'f'] when number is { } n => n.ToString($"F{specification[1]}", CultureInfo.InvariantCulture),
            [',', '.', >= '0' and <= '9', 'f'] when number is { } n => n.ToString($"N{specification[2]}", CultureInfo.InvariantCulture),
            ['.', >= '0' and <= '9', '%'] when number is { } n =>
                (n * 100).ToString($"F{specification[1]}", CultureInfo.InvariantCulture) + "%",
            _ => Pad(text.Known, specification, number is not null),
        };
        return formatted is null ? TextValue.Placeholder(source) : TextValue.Of(formatted);
    }

    /// <summary><c>text.format(...)</c>: fields that are not given stay as they stand.</summary>
    public static TextValue Fill(TextValue template, IReadOnlyList<Value> positional, IReadOnlyList<KeyValuePair<string, Value>> named)
    {
        var parts = new List<TextValue>();
        var next = 0;
        foreach (var part in template.Parts)
        {
            if (part.IsPlaceholder) parts.Add(TextValue.Placeholder(part.Text));
            else FillLiteral(part.Text, parts, field => Field(field, positional, named, ref next));
        }
        return TextValue.Join(parts, composed: true);
    }

    /// <summary><c>text % values</c>; null when the text holds a conversion that prompts don't use.</summary>
    public static TextValue? Percent(TextValue template, Value values, string source)
    {
        var given = values is SequenceValue { Kind: SequenceKind.Tuple } tuple ? tuple.Items : [values];
        var (parts, next) = (new List<TextValue>(), 0);
        foreach (var part in template.Parts)
        {
            if (part.IsPlaceholder)
            {
                parts.Add(TextValue.Placeholder(part.Text));
                continue;
            }
            var rest = part.Text;
            for (var at = rest.IndexOf('%', StringComparison.Ordinal); at >= 0; at = rest.IndexOf('%', StringComparison.Ordinal))
            {
                parts.Add(TextValue.Of(rest[..at]));
                rest = rest[(at + 1)..];
                if (!Convert(ref rest, values, given, ref next, source, parts)) return null;
            }
            parts.Add(TextValue.Of(rest));
        }
        return TextValue.Join(parts, composed: true);
    }

    private static bool Convert(ref string rest, Value values, List<Value> given, ref int next, string source, List<TextValue> parts)
    {
        Value? value = null;
        var name = source;
        if (rest.StartsWith('(') && rest.IndexOf(')', StringComparison.Ordinal) is > 0 and var close)
        {
            name = rest[1..close];
            rest = rest[(close + 1)..];
            value = values is MappingValue map ? map.Find(name) ?? new UnknownValue(name) : new UnknownValue(name);
        }
        var length = rest.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or ' ').Count();
        if (length >= rest.Length) return false;
        var (precision, kind) = (rest[..length], rest[length]);
        rest = rest[(length + 1)..];
        if (kind == '%')
        {
            parts.Add(TextValue.Of("%"));
            return true;
        }
        value ??= next < given.Count ? given[next++] : new UnknownValue(source);
        parts.Add(kind switch
        {
            'r' => PythonText.Repr(value, name),
            'f' when precision.StartsWith('.') => Format(value, precision + "f", name),
            _ => PythonText.Str(value, name),
        });
        return kind is 's' or 'd' or 'r' or 'f' or 'i' or 'g';
    }

    private static void FillLiteral(string text, List<TextValue> parts, Func<string, TextValue> field)
    {
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var close = c == '{' ? text.IndexOf('}', i) : -1;
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c) literal.Append(text[i++]);
            else if (close > 0 && IsField(text.AsSpan(i + 1, close - i - 1)))
            {
                parts.Add(TextValue.Of(literal.ToString()));
                literal.Clear();
                parts.Add(field(text[(i + 1)..close]));
                i = close;
            }
            else literal.Append(c);
        }
        parts.Add(TextValue.Of(literal.ToString()));
    }

    /// <summary>A name with attributes and items, perhaps a conversion and a specification; not the braces of an example in JSON.</summary>
    private static bool IsField(ReadOnlySpan<char> field)
    {
        foreach (var c in field)
        {
            if (!char.IsLetterOrDigit(c) && c is not (
                '_' or '.' or '[' or ']' or '!' or ':' or ',' or '%' or '<' or '>' or '^')) return false;
        }
        return true;
    }

    private static TextValue Field(string field, IReadOnlyList<Value> positional, IReadOnlyList<KeyValuePair<string, Value>> named,
        ref int next)
    {
        var end = field.IndexOfAny(['!', ':']);
        var name = end < 0 ? field : field[..end];
        var specification = end >= 0 && field[end] == ':' ? field[(end + 1)..] : "";
        Value? value = name.Length == 0
            ? next < positional.Count ? positional[next++] : null
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index < positional.Count ? positional[index] : null
                : named.FirstOrDefault(n => n.Key == name).Value;
        return value is null ? TextValue.Placeholder(name) : Format(value, specification, name.Length > 0 ? name : Source(value));
    }

    private static string Source(Value value) => value is UnknownValue unknown ? unknown.Expression : "value";

    /// <summary>A fill and alignment, and a width.</summary>
    private static string? Pad(string text, string specification, bool isNumber)
    {
        var align = specification[0] is '<' or '>' or '^' ? specification[0] : isNumber ? '>' : '<';
        if (!int.TryParse(specification.TrimStart('<', '>', '^'), NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            || width > 1000) return null;
        return align switch
        {
            '>' => text.PadLeft(width),
            '^' => text.PadLeft(text.Length + (width - text.Length) / 2).PadRight(width),
            _ => text.PadRight(width),
        };
    }
}
