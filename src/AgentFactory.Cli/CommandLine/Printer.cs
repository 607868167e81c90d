using System.Text;
using System.Text.Json;
using AgentFactory.Core;

namespace AgentFactory.Cli.CommandLine;

/// <summary>Text for people and JSON for programs. Answers go to the output, everything about them to the error stream.</summary>
internal sealed class Printer(TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions Indented = new(Wire.Options) { WriteIndented = true };

    public TextWriter Output => output;

    public void Line(string text = "") => output.WriteLine(Visible(text));

    /// <summary>A remark beside the answer.</summary>
    public void Note(string text) => error.WriteLine(Visible(text));

    public void Error(string text) => error.WriteLine("error: " + Visible(text));

    public void Json<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Columns as wide as their widest cell. An empty table says so on the error stream.</summary>
    public void Table(string[] heads, IEnumerable<string[]> rows)
    {
        var lines = rows.Select(row => row.Select(OneLine).ToArray()).ToList();
        if (lines.Count == 0)
        {
            Note("none");
            return;
        }
        lines.Insert(0, heads);
        var widths = heads.Select((_, i) => lines.Max(l => l[i].Length)).ToArray();
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, i) => i == heads.Length - 1 ? cell : cell.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>Names and values below each other; pairs without a value are left out.</summary>
    public void Fields(params (string Name, string? Value)[] fields)
    {
        var shown = fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToList();
        var width = shown.Max(f => f.Name.Length) + 2;
        foreach (var (name, value) in shown) output.WriteLine(name.PadRight(width) + Visible(value!).ReplaceLineEndings("\n" + new string(' ', width)));
    }

    /// <summary>What models and tools wrote may hold terminal escapes: control characters are shown, not obeyed.</summary>
    public static string Visible(string text)
    {
        if (!text.Any(IsHidden)) return text;
        var clean = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsHidden(c)) clean.Append('\uFFFD');
            else clean.Append(c);
        }
        return clean.ToString();
    }

    private static bool IsHidden(char c) => (char.IsControl(c) && c is not ('\n' or '\t' or '\r')) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    private static string OneLine(string text)
    {
        const int Most = 80;
        var line = Visible(text).ReplaceLineEndings(" ").Replace('\t', ' ');
        return line.Length <= Most ? line : line[..(Most - 1)] + "…";
    }
}
