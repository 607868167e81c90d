using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentFactory.Core.Notebooks;

/// <summary>
/// Writes JSON values as YAML 1.2 that people like to read: block style, long texts as literal blocks, every other string quoted when
/// in doubt.
/// </summary>
internal static class YamlText
{
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        WriteMembers(text, value, 0);
        return text.ToString();
    }

    private static void WriteMembers(StringBuilder text, JsonElement value, int indent)
    {
        foreach (var member in value.EnumerateObject())
        {
            text.Append(' ', indent).Append(Scalar(member.Name)).Append(':');
            WriteValue(text, member.Value, indent);
        }
    }

    private static void WriteValue(StringBuilder text, JsonElement value, int indent)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                text.Append('\n');
                WriteMembers(text, value, indent + 2);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                text.Append('\n');
                WriteItems(text, value, indent + 2);
                break;
            case JsonValueKind.String when IsBlock(value.GetString()!):
                WriteBlock(text, value.GetString()!, indent + 2);
                break;
            default:
                text.Append(' ').Append(value.ValueKind == JsonValueKind.String ? Scalar(value.GetString()!) : value.GetRawText())
                    .Append('\n');
                break;
        }
    }

    private static void WriteItems(StringBuilder text, JsonElement list, int indent)
    {
        foreach (var item in list.EnumerateArray())
        {
            text.Append(' ', indent).Append('-');
            WriteValue(text, item, indent);
        }
    }

    /// <summary>Lines and only characters that a literal block keeps as they are.</summary>
    private static bool IsBlock(string value) =>
        value.AsSpan().Trim('\n').Contains('\n')
            && value.All(c => c is '\n' || c is not (< ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' or '\ufeff'));

    private static void WriteBlock(StringBuilder text, string value, int indent)
    {
        // The digit says the indentation, as the first line may begin with spaces of its own; the sign says which line ends close the text.
        var chomp = !value.EndsWith('\n') ? "-" : value.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : "";
        text.Append(" |2").Append(chomp).Append('\n');
        foreach (var line in (value.EndsWith('\n') ? value[..^1] : value).Split('\n'))
        {
            if (line.Length > 0) text.Append(' ', indent).Append(line);
            text.Append('\n');
        }
    }

    private static string Scalar(string value) => IsPlain(value) ? value : Quote(value);

    /// <summary>A word that no YAML version reads as anything but itself.</summary>
    private static bool IsPlain(string value) =>
        value.Length > 0 && char.IsAsciiLetter(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/' or '.')
        && value.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null");

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                < ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' or '\ufeff' => "\\u"
                    + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }
        return text.Append('"').ToString();
    }
}
