namespace AgentFactory.Core.Notebooks.Python;

/// <summary>
/// Reads Python 3.14. Thread-safe; time is linear in the text; nothing is executed. Bad text gives <see cref="PythonSyntaxException"/> and
/// never another exception.
/// </summary>
public static class PythonParser
{
    /// <summary>A whole file. <c>await</c> and <c>return</c> outside functions are accepted, as CPython's parser does.</summary>
    public static Module ParseModule(string source) => new Parser(new SourceText(source)).Module();

    /// <summary>One expression, blanks and line ends around it or not. Offsets count from the start of <paramref name="source"/>.</summary>
    public static Expression ParseExpression(string source)
    {
        var text = new SourceText(source);
        var start = text.Text.AsSpan().IndexOfAnyExcept(" \t\f\r\n");
        return new Parser(text, Math.Max(start, 0)).WholeExpression();
    }

    /// <summary>
    /// What can be read of a file or cell: the top-level statements that parse, and a fault for each that does not. After a fault
    /// reading goes on at the next line that can begin a top-level statement. After <see cref="MaxFaults"/> faults the rest is skipped.
    /// </summary>
    public static TolerantModule ParseTolerant(string source) => new Parser(new SourceText(source)).TolerantModule();

    /// <summary>Faults that <see cref="ParseTolerant"/> reports for one text.</summary>
    public const int MaxFaults = 1000;
}

/// <summary>The statements that parse and the faults between them, both in the order of the text.</summary>
public sealed record TolerantModule(Module Module, IReadOnlyList<SyntaxFault> Faults);

/// <param name="Line">1-based.</param>
/// <param name="Column">0-based, in UTF-8 bytes.</param>
/// <param name="FirstLine">The line where the statement that was given up begins.</param>
/// <param name="LastLine">The last line that was given up.</param>
public sealed record SyntaxFault(int Line, int Column, string Message, int FirstLine, int LastLine);
