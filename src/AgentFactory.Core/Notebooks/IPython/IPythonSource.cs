using System.Text;
using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.IPython;

/// <summary>
/// Takes magics, shell commands and help out of a cell. They count only where a logical line begins: not in a bracket, a string or a
/// joined line, which the Python lexer tells. Time is linear.
/// </summary>
public static class IPythonSource
{
    public static IPythonCell Clean(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var text = WithoutMargin(source.StartsWith('\uFEFF') ? source[1..] : source);
        return text.AsSpan().IndexOfAny("%!?") < 0 && !HasBareInstall(text) ? new IPythonCell(text, null, []) : new CellReader(text).Read();
    }

    private static bool HasBareInstall(string text) =>
        CellReader.Automagics.Any(word => text.Contains(word + " ", StringComparison.Ordinal));

    /// <summary>A cell whose first line is indented is moved to the margin as a whole, as IPython does.</summary>
    private static string WithoutMargin(string source)
    {
        var first = source.AsSpan().TrimStart("\r\n");
        var margin = first[..(first.IndexOfAnyExcept(' ', '\t') is > 0 and var length ? length : 0)].ToString();
        if (margin.Length == 0)
        {
            return source;
        }

        var lines = source.Split('\n');
        return string.Join('\n', lines.Select(line => line.StartsWith(margin, StringComparison.Ordinal) ? line[margin.Length..] : line));
    }

    /// <summary>The offset after the logical line that begins at <paramref name="start"/>.</summary>
    internal static int EndOfLogicalLine(string text, int start)
    {
        var lexer = new Lexer(text, start);
        while (true)
        {
            var token = lexer.Next();
            switch (token.Kind)
            {
                case TokenKind.NewLine or TokenKind.End:
                    return EndOfLine(text, token.Start);
                case TokenKind.Error:
                    return EndOfLine(text, Math.Max(token.Start, start));
                default:
                    break;
            }
        }
    }

    /// <summary>The offset after the line end that follows <paramref name="at"/>.</summary>
    internal static int EndOfLine(string text, int at)
    {
        var length = text.AsSpan(at).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : text.AsSpan(at + length).StartsWith("\r\n") ? at + length + 2 : at + length + 1;
    }

    /// <summary>The same text with nothing but its line ends.</summary>
    internal static void AppendLineEnds(StringBuilder to, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is '\r' or '\n')
            {
                to.Append(c);
            }
        }
    }
}
