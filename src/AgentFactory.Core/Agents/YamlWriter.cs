using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentFactory.Core.Agents;

/// <summary>
/// Writes JSON as YAML that a person likes to edit: block style, long text as literal blocks. Every YAML reader gives the same JSON
/// back, those of YAML 1.1 included: whatever one of them could take for something else is quoted.
/// </summary>
internal sealed class YamlWriter
{
    private const int LongestSimpleKey = 1_000; // YAML 1.2, 7.4.2 allows 1,024

    private static readonly SearchValues<string> Words =
        SearchValues.Create(
            ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"], StringComparison.OrdinalIgnoreCase);

    private readonly StringBuilder _text = new();

    public static string Write(JsonElement document)
    {
        var writer = new YamlWriter();
        if (IsBlock(document)) writer.WriteBlock(document, 0);
        else if (document.ValueKind == JsonValueKind.String) writer._text.Append(Scalar(document.GetString()!)).Append('\n');
        else writer.WriteInline(document, 0);
        return writer._text.ToString();
    }

    private void WriteBlock(JsonElement element, int indent)
    {
        var first = true;
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var member in element.EnumerateObject()) WriteMember(member, indent, ref first);
        else
            foreach (var item in element.EnumerateArray()) WriteItem(item, indent, ref first);
    }

    private void WriteMember(JsonProperty member, int indent, ref bool first)
    {
        StartLine(indent, ref first);
        var key = Scalar(member.Name);
        if (key.Length <= LongestSimpleKey) _text.Append(key).Append(':');
        else _text.Append("? ").Append(key).Append('\n').Append(' ', indent).Append(':');
        if (IsBlock(member.Value))
        {
            _text.Append('\n').Append(' ', indent + 2);
            WriteBlock(member.Value, indent + 2);
        }
        else
        {
            _text.Append(' ');
            WriteInline(member.Value, indent);
        }
    }

    private void WriteItem(JsonElement item, int indent, ref bool first)
    {
        StartLine(indent, ref first);
        _text.Append("- ");
        if (IsBlock(item)) WriteBlock(item, indent + 2);
        else WriteInline(item, indent);
    }

    /// <summary>The first line of a block stands where its parent left off.</summary>
    private void StartLine(int indent, ref bool first)
    {
        if (!first) _text.Append(' ', indent);
        first = false;
    }

    private void WriteInline(JsonElement element, int indent)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: _text.Append("{}"); break;
            case JsonValueKind.Array: _text.Append("[]"); break;
            case JsonValueKind.String when element.GetString()! is var text && FitsLiteral(text): WriteLiteral(text, indent + 2); return;
            case JsonValueKind.String: _text.Append(Scalar(element.GetString()!)); break;
            default: _text.Append(element.GetRawText()); break;
        }
        _text.Append('\n');
    }

    private void WriteLiteral(string text, int indent)
    {
        var body = text.AsSpan().TrimEnd('\n');
        var ends = text.Length - body.Length;
        // The indicator says how deep the text stands, which a reader cannot see when its first line begins with white space.
        _text.Append('|').Append(text[0] is ' ' or '\t' or '\n' ? "2" : "");
        _text.Append(ends switch { 0 => "-", 1 => "", _ => "+" }).Append('\n');
        foreach (var line in body.Split('\n'))
        {
            if (!body[line].IsEmpty) _text.Append(' ', indent).Append(body[line]);
            _text.Append('\n');
        }
        _text.Append('\n', Math.Max(0, ends - 1));
    }

    private static bool IsBlock(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(),
        JsonValueKind.Array => element.GetArrayLength() > 0,
        _ => false,
    };

    /// <summary>
    /// Text of several lines whose white space a literal block keeps: neither its first nor its last line is white space alone.
    /// </summary>
    private static bool FitsLiteral(string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal) || text.Any(c => c is not ('\n' or '\t') && !IsPrintable(c))) return false;
        var body = text.AsSpan().TrimEnd('\n');
        if (body.IsEmpty || body[^1] is ' ' or '\t') return false;
        var start = body.TrimStart('\n');
        return start.IndexOfAnyExcept(" \t") < start.IndexOf('\n') || !start.Contains('\n');
    }

    private static string Scalar(string text) => IsPlain(text) ? text : Quote(text);

    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text[^1] != ' ' && !Words.Contains(text)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || " _-./+()".Contains(c, StringComparison.Ordinal));

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when IsPrintable(c) => quoted.Append(c),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            };
        return quoted.Append('"').ToString();
    }

    /// <summary>
    /// What stands in YAML as it is. The separators U+0085, U+2028 and U+2029 end a line in YAML 1.1, and a byte order mark vanishes.
    /// </summary>
    private static bool IsPrintable(char c) => !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff');
}
