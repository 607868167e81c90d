using System.Globalization;
using System.Numerics;
using System.Text;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>Values as Python writes them: <c>str()</c>, <c>repr()</c> and <c>json.dumps()</c>.</summary>
internal static class PythonText
{
    private const int MaxDepth = 12;

    public static TextValue Str(Value value, string expression) => value switch
    {
        TextValue text => text,
        _ => Write(value, expression, json: false, 0),
    };

    public static TextValue Repr(Value value, string expression) => Write(value, expression, json: false, 0);

    public static TextValue Json(Value value, string expression) => Write(value, expression, json: true, 0);

    private static TextValue Write(Value value, string expression, bool json, int depth) => value switch
    {
        _ when depth > MaxDepth => TextValue.Placeholder(expression),
        ConstantValue constant => Constant(constant.Content, json) is { } text ? TextValue.Of(text) : TextValue.Placeholder(expression),
        TextValue text => Quote(text, json),
        SequenceValue { IsOpen: false } list => List(list, expression, json, depth),
        MappingValue { IsOpen: false } map => Map(map, expression, json, depth),
        EnvironmentValue variable => TextValue.Placeholder(variable.Name),
        UnknownValue unknown => TextValue.Placeholder(unknown.Expression),
        _ => TextValue.Placeholder(expression),
    };

    private static string? Constant(object? content, bool json) => content switch
    {
        null => json ? "null" : "None",
        bool b => json ? (b ? "true" : "false") : b ? "True" : "False",
        BigInteger n => n.ToString(CultureInfo.InvariantCulture),
        double d => Float(d),
        _ => null,
    };

    private static string Float(double d)
    {
        var text = d.ToString("R", CultureInfo.InvariantCulture);
        return text.All(c => char.IsAsciiDigit(c) || c == '-') ? text + ".0" : text.Replace("E", "e", StringComparison.Ordinal);
    }

    private static TextValue Quote(TextValue text, bool json)
    {
        var quote = !json && text.Known?.Contains('\'') == true && !text.Known.Contains('"') ? '"' : json ? '"' : '\'';
        return TextValue.Join([TextValue.Of(quote.ToString()), text.Map(t => Escape(t, quote)), TextValue.Of(quote.ToString())]);
    }

    private static string Escape(string text, char quote)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            if (c == quote || c == '\\') escaped.Append('\\').Append(c);
            else if (c == '\n') escaped.Append("\\n");
            else if (c == '\t') escaped.Append("\\t");
            else if (c == '\r') escaped.Append("\\r");
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    private static TextValue List(SequenceValue list, string expression, bool json, int depth)
    {
        var (open, close) = json || list.Kind == SequenceKind.List ? ("[", "]") : list.Kind == SequenceKind.Tuple ? ("(", ")") : ("{", "}");
        if (!json && list is { Kind: SequenceKind.Tuple, Items.Count: 1 }) close = ",)";
        return Enclose(open, list.Items.Select(i => Write(i, expression, json, depth + 1)), close);
    }

    private static TextValue Map(MappingValue map, string expression, bool json, int depth) =>
        Enclose("{", map.Entries.Select(e => TextValue.Join(
        [Write(e.Key, expression, json, depth + 1), TextValue.Of(": "), Write(e.Value, expression, json, depth + 1)])), "}");

    private static TextValue Enclose(string open, IEnumerable<TextValue> items, string close)
    {
        var parts = new List<TextValue> { TextValue.Of(open) };
        foreach (var item in items)
        {
            if (parts.Count > 1) parts.Add(TextValue.Of(", "));
            parts.Add(item);
        }
        parts.Add(TextValue.Of(close));
        return TextValue.Join(parts);
    }
}
