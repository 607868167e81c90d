using System.Text;
using System.Text.Json;
using AgentFactory.Core;

namespace AgentFactory.Cli.CommandLine;

/// <summary>Text for people and JSON for programs. Answers go to the output, everything about them to the error stream.</summary>
internal sealed class Printer(Terminal terminal)
{
    private static readonly JsonSerializerOptions Indented = new(Wire.Options) { WriteIndented = true };

    public void Line(string text = "") => Write(Visible(text) + "\n");

    /// <summary>A part of a line, shown at once.</summary>
    public void Piece(string text)
    {
        Write(Visible(text));
        terminal.Output.Flush();
    }

    /// <summary>A remark beside the answer.</summary>
    public void Note(string text)
    {
        try
        {
            terminal.Error.Write(Visible(text) + "\n");
        }
        catch (IOException)
        {
            // The error stream is where this would be told. The exit code still tells.
            return;
        }
    }

    public void Error(string text) => Note("error: " + text);

    public void Json<T>(T value) => Write(JsonSerializer.Serialize(value, Indented) + "\n");

    /// <summary>One of several values, each on a line of its own, for programs that read as they come.</summary>
    public void JsonLine<T>(T value)
    {
        Write(JsonSerializer.Serialize(value, Wire.Options) + "\n");
        terminal.Output.Flush();
    }

    /// <summary>Says that <paramref name="name"/> is gone, to a person or to a program.</summary>
    public void Deleted(bool json, string name)
    {
        if (json) Json(new { deleted = name });
        else Note("deleted");
    }

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
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, i) => i == heads.Length - 1 ? cell : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }
        Write(text.ToString());
    }

    /// <summary>Names and values below each other; pairs without a value are left out.</summary>
    public void Fields(params (string Name, string? Value)[] fields)
    {
        var shown = fields.Where(f => !string.IsNullOrEmpty(f.Value)).ToList();
        var width = shown.Max(f => f.Name.Length) + 2;
        foreach (var (name, value) in shown)
            Write(name.PadRight(width) + Visible(value!).ReplaceLineEndings("\n" + new string(' ', width)) + "\n");
    }

    /// <summary>What models and tools wrote may hold terminal escapes: control characters are shown, not obeyed.</summary>
    public static string Visible(string text)
    {
        // Alone, a carriage return would write over what stands on the line.
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!text.Any(IsHidden)) return text;
        var clean = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsHidden(c)) clean.Append('\uFFFD');
            else clean.Append(c);
        }
        return clean.ToString();
    }

    private void Write(string text)
    {
        try
        {
            terminal.Output.Write(text);
        }
        catch (IOException e)
        {
            throw new CliException(ExitCodes.Failed, $"The output cannot be written: {e.Message}");
        }
    }

    private static bool IsHidden(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\t')) || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    private static string OneLine(string text)
    {
        const int Most = 80;
        var line = Visible(text).ReplaceLineEndings(" ").Replace('\t', ' ');
        return line.Length <= Most ? line : line[..(Most - 1)] + "…";
    }
}
