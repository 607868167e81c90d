using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    public Module Module()
    {
        var statements = new List<Statement>();
        while (!At(TokenKind.End))
        {
            TopLevelStatement(statements);
        }

        return Module(statements);
    }

    public Expression WholeExpression()
    {
        var result = StarExpressions();
        while (Accept(TokenKind.NewLine))
        {
        }

        Expect(TokenKind.End, "the end of the expression");
        CheckDepth(result);
        return result;
    }

    public TolerantModule TolerantModule()
    {
        var statements = new List<Statement>();
        var faults = new List<SyntaxFault>();
        while (!At(TokenKind.End))
        {
            var start = token.Start;
            var count = statements.Count;
            try
            {
                TopLevelStatement(statements);
            }
            catch (PythonSyntaxException fault)
            {
                statements.RemoveRange(count, statements.Count - count);
                var resume = faults.Count + 1 < PythonParser.MaxFaults ? NextStatement(start, fault.Offset) : text.Length;
                var lastLine = source.LineAt(Math.Max(resume - 1, start));
                faults.Add(new SyntaxFault(fault.Line, fault.Column, fault.Reason, source.LineAt(start), lastLine));
                Restart(resume);
            }
        }

        return new TolerantModule(Module(statements), faults);
    }

    private Module Module(List<Statement> statements) => new(statements.ToArray()) { Source = source, End = text.Length };

    private void TopLevelStatement(List<Statement> to)
    {
        var first = to.Count;
        Statement(to);
        if (!maybeTooDeep)
        {
            return;
        }

        maybeTooDeep = false;
        for (var i = first; i < to.Count; i++)
        {
            CheckDepth(to[i]);
        }
    }

    /// <summary>
    /// Where to go on after a fault: the first line after the start of the bad statement and not before the fault that begins at the margin
    /// with something that can begin a statement. No text is read twice but the line of the fault.
    /// </summary>
    private int NextStatement(int start, int fault)
    {
        var line = Math.Max(source.LineAt(start) + 1, source.LineAt(Math.Min(fault, text.Length)));
        while (line <= source.LineCount)
        {
            var offset = source.LineStart(line);
            if (CanBeginStatement(text.AsSpan(offset)))
            {
                return offset;
            }

            line++;
        }

        return text.Length;
    }

    private static bool CanBeginStatement(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || " \t\f\r\n#)]},.:=".Contains(rest[0], StringComparison.Ordinal))
        {
            return false;
        }

        var word = rest[..Math.Min(rest.Length, "finally".Length + 1)];
        var length = word.IndexOfAnyExceptInRange('a', 'z');
        var kind = Keywords.KindOf(length < 0 ? word : word[..length]);
        return kind is not (TokenKind.Elif or TokenKind.Else or TokenKind.Except or TokenKind.Finally);
    }
}
