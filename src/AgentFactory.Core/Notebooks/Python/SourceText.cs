using System.Text;

namespace AgentFactory.Core.Notebooks.Python;

/// <summary>A text and its lines. Immutable; safe to read from any thread.</summary>
/// <remarks>Lines end with LF, CR LF or CR, as Python's do. A form feed or another Unicode line separator does not end a line.</remarks>
public sealed class SourceText
{
    private readonly int[] lineStarts;

    public SourceText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        lineStarts = FindLineStarts(text);
    }

    public string Text { get; }

    public int LineCount => lineStarts.Length;

    /// <summary>The original text of <paramref name="node"/>, first character to last. Decorators are not in it.</summary>
    public string Slice(Node node) => Text[node.Start..node.End];

    /// <summary>The original text of a definition with its decorators; of any other node the same as <see cref="Slice(Node)"/>.</summary>
    public string SliceWithDecorators(Node node) => Text[StartWithDecorators(node)..node.End];

    /// <summary>The 1-based line of <paramref name="node"/>'s first character.</summary>
    public int Line(Node node) => LineAt(node.Start);

    public SourceSpan Span(Node node)
    {
        var start = Position(node.Start);
        var end = Position(node.End);
        return new SourceSpan(start.Line, start.Column, end.Line, end.Column);
    }

    /// <summary>The 1-based line that holds <paramref name="offset"/>.</summary>
    public int LineAt(int offset)
    {
        var index = Array.BinarySearch(lineStarts, offset);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>The 1-based line and the 0-based column in UTF-8 bytes, as CPython counts.</summary>
    public SourcePosition Position(int offset)
    {
        var line = LineAt(offset);
        var start = lineStarts[line - 1];
        return new SourcePosition(line, Encoding.UTF8.GetByteCount(Text.AsSpan(start, offset - start)));
    }

    /// <summary>The offset of the first character of a 1-based line.</summary>
    public int LineStart(int line) => lineStarts[line - 1];

    private int StartWithDecorators(Node node)
    {
        var decorators = node switch
        {
            FunctionDef function => function.DecoratorList,
            ClassDef type => type.DecoratorList,
            _ => [],
        };
        return decorators.Count == 0 ? node.Start : Text.LastIndexOf('@', decorators[0].Start);
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        var span = text.AsSpan();
        for (var at = 0; span[at..].IndexOfAny('\r', '\n') is >= 0 and var next;)
        {
            at += next + 1;
            if (span[at - 1] == '\r' && at < span.Length && span[at] == '\n')
            {
                at++;
            }

            starts.Add(at);
        }

        return [.. starts];
    }
}

/// <summary>A place in a text: 1-based line, 0-based column in UTF-8 bytes.</summary>
public readonly record struct SourcePosition(int Line, int Column);

/// <summary><c>lineno</c>, <c>col_offset</c>, <c>end_lineno</c>, <c>end_col_offset</c> of CPython's nodes.</summary>
public readonly record struct SourceSpan(int Line, int Column, int EndLine, int EndColumn);
