using System.Text;

namespace AgentFactory.Core.Notebooks.IPython;

/// <summary>One pass over a cell, logical line by logical line.</summary>
internal sealed class CellReader(string text)
{
    /// <summary>Magics that notebooks use without their mark; no Python statement has a name and then another name.</summary>
    internal static readonly string[] Automagics = ["pip", "conda", "mamba", "uv"];

    /// <summary>Cell magics that run the rest of the cell as Python in the notebook's own name space.</summary>
    private static readonly HashSet<string> PythonCells =
    [
        "time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "snakeviz", "debug", "wandb",
    ];

    /// <summary>Line magics whose argument is a Python statement of the notebook.</summary>
    private static readonly HashSet<string> PythonLines = ["time", "timeit", "prun", "memit", "debug"];

    private readonly StringBuilder code = new(text.Length);
    private readonly List<IPythonDirective> directives = [];
    private int at;
    private int line = 1;

    public IPythonCell Read()
    {
        var atHead = true;
        while (at < text.Length)
        {
            var end = IPythonSource.EndOfLine(text, at);
            var content = text.AsSpan(at, end - at).Trim(" \t\f\r\n");
            if (content.IsEmpty || content[0] == '#')
            {
                Keep(end);
            }
            else if (atHead && content.StartsWith("%%") && content.Length > 2)
            {
                if (CellMagic(end, content[2..].ToString()) is { } language)
                {
                    return new IPythonCell(code.ToString(), language, directives);
                }
            }
            else
            {
                atHead = false;
                if (!LineMagic(content) && !Shell(content) && !Help(content, end) && !Assigned(content) && !Automagic(content))
                {
                    Keep(IPythonSource.EndOfLogicalLine(text, at));
                }
            }
        }

        return new IPythonCell(code.ToString(), null, directives);
    }

    private void Keep(int end)
    {
        code.Append(text, at, end - at);
        MoveTo(end);
    }

    private void MoveTo(int end)
    {
        for (; at < end; at++)
        {
            line += text[at] == '\n' || (text[at] == '\r' && !(at + 1 < text.Length && text[at + 1] == '\n')) ? 1 : 0;
        }
    }

    /// <summary>The answer is the language when the rest of the cell is not Python.</summary>
    private string? CellMagic(int end, string content)
    {
        var (name, arguments) = Split(content);
        var isPython = PythonCells.Contains(name);
        var body = isPython ? null : text[end..];
        directives.Add(new IPythonDirective(IPythonDirectiveKind.CellMagic, line, name, arguments, "%%" + content, body));
        var stop = isPython ? end : text.Length;
        IPythonSource.AppendLineEnds(code, text.AsSpan(at, stop - at));
        MoveTo(stop);
        return isPython ? null : name;
    }

    private bool LineMagic(ReadOnlySpan<char> content)
    {
        if (content is not ['%', ..])
        {
            return false;
        }

        var (name, arguments) = Split(content.TrimStart('%').ToString());
        var statement = PythonLines.Contains(name) ? WithoutOptions(arguments) : "";
        Replace(IPythonDirectiveKind.LineMagic, name, content, statement.Length > 0 ? statement : "pass");
        return true;
    }

    private bool Shell(ReadOnlySpan<char> content)
    {
        if (content is not ['!', ..])
        {
            return false;
        }

        Replace(IPythonDirectiveKind.Shell, "!", content, "pass");
        return true;
    }

    private bool Help(ReadOnlySpan<char> content, int end)
    {
        var subject = content.Trim('?');
        if (subject.Length == content.Length || subject.ContainsAnyExcept(HelpCharacters) || end <= at)
        {
            return false;
        }

        Replace(IPythonDirectiveKind.Help, "?", content, "pass");
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> HelpCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.*[]()%");

    private static readonly System.Buffers.SearchValues<char> TargetCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,[]'\" ");

    /// <summary><c>x = !command</c> and <c>x = %magic</c>.</summary>
    private bool Assigned(ReadOnlySpan<char> content)
    {
        var equal = content.IndexOf('=');
        var rest = equal < 0 ? default : content[(equal + 1)..].TrimStart(' ');
        if (rest is not ['!' or '%', not '=', ..] || equal == 0 || content[..equal].ContainsAnyExcept(TargetCharacters))
        {
            return false;
        }

        var target = content[..equal].TrimEnd().ToString();
        if (rest[0] == '!')
        {
            Replace(IPythonDirectiveKind.Shell, "!", rest, text => $"{target} = get_ipython().getoutput({Quote(text.TrimStart('!'))})");
        }
        else
        {
            var (name, _) = Split(rest.TrimStart('%').ToString());
            Replace(IPythonDirectiveKind.LineMagic, name, rest, text => PythonLines.Contains(name)
                ? $"{target} = {WithoutOptions(Split(text.TrimStart('%')).Arguments)}"
                : $"{target} = get_ipython().run_line_magic({Quote(name)}, {Quote(Split(text.TrimStart('%')).Arguments)})");
        }

        return true;
    }

    private bool Automagic(ReadOnlySpan<char> content)
    {
        var (name, arguments) = Split(content.Length > 1000 ? content[..1000].ToString() : content.ToString());
        if (!Automagics.Contains(name) || arguments.Length == 0 || !char.IsAsciiLetter(arguments[0])
            || arguments.Split(' ')[0] is "in" or "is" or "and" or "or" or "if" or "not")
        {
            return false;
        }

        Replace(IPythonDirectiveKind.LineMagic, name, content, "pass");
        return true;
    }

    private void Replace(IPythonDirectiveKind kind, string name, ReadOnlySpan<char> content, string statement) =>
        Replace(kind, name, content, _ => statement);

    /// <summary>Puts a statement where the directive <paramref name="content"/> stood; its indentation and its lines stay.</summary>
    private void Replace(IPythonDirectiveKind kind, string name, ReadOnlySpan<char> content, Func<string, string> statement)
    {
        var indent = text.AsSpan(at, text.AsSpan(at).IndexOfAnyExcept(" \t\f"));
        var end = IPythonSource.EndOfLine(text, at);
        var written = new StringBuilder().Append(content);
        var joined = new StringBuilder().Append(content);
        while (joined.Length > 0 && joined[^1] == '\\' && end < text.Length)
        {
            var next = IPythonSource.EndOfLine(text, end);
            var more = text.AsSpan(end, next - end).Trim(" \t\r\n");
            joined.Length--;
            joined.Append(' ').Append(more);
            written.Append('\n').Append(more);
            end = next;
        }

        var whole = joined.ToString().Trim();
        directives.Add(new IPythonDirective(kind, line, name, Arguments(kind, whole), written.ToString()));
        code.Append(indent).Append(statement(whole));
        IPythonSource.AppendLineEnds(code, text.AsSpan(at, end - at));
        MoveTo(end);
    }

    private static string Arguments(IPythonDirectiveKind kind, string whole) => kind switch
    {
        IPythonDirectiveKind.Shell => whole.TrimStart('!').Trim(),
        IPythonDirectiveKind.Help => whole.Trim('?').Trim(),
        _ => Split(whole.TrimStart('%')).Arguments,
    };

    private static (string Name, string Arguments) Split(string content)
    {
        var end = content.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (content.Trim(), "") : (content[..end], content[end..].Trim());
    }

    /// <summary><c>-n 10 -r 3 statement</c>: options are a letter, with their number in the same or the next word.</summary>
    private static string WithoutOptions(string arguments)
    {
        var rest = arguments;
        while (rest is ['-', >= 'a' and <= 'z' or >= 'A' and <= 'Z', ..])
        {
            var isBareCount = rest is ['-', 'n' or 'r' or 't' or 'c', ' ', ..];
            rest = Split(rest).Arguments;
            rest = isBareCount && rest.Length > 0 && char.IsAsciiDigit(rest[0]) ? Split(rest).Arguments : rest;
        }

        return rest;
    }

    private static string Quote(string text)
    {
        var escaped = text.Trim().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return $"'{escaped}'";
    }
}
