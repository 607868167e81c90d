namespace AgentFactory.Core.Notebooks.Python.Tokens;

/// <summary>
/// Cuts a text into tokens, one at a time, in one pass. An error is a token too (<see cref="TokenKind.Error"/>, then the same for ever);
/// <see cref="Fault"/> says what it is. f-strings are cut as CPython 3.12 and later do: see Lexer.Strings.cs.
/// </summary>
internal sealed partial class Lexer(string text, int start)
{
    private const int TabSize = 8;

    private readonly List<Indent> indents = [new(0, 0)];
    private readonly List<Bracket> brackets = [];
    private int at = start;
    private int pendingDedents;
    private bool atLineStart = true;
    private bool lineHasTokens;

    /// <summary>What is wrong, and where, once a <see cref="TokenKind.Error"/> was given.</summary>
    public (int Offset, string Message)? Fault { get; private set; }

    /// <summary>The innermost bracket that is still open, or null.</summary>
    public int? OpenBracket => brackets.Count == 0 ? null : brackets[^1].Offset;

    public Token Next()
    {
        if (Fault is { } fault)
        {
            return new Token(TokenKind.Error, fault.Offset, fault.Offset);
        }

        if (fields.Count > 0 && fields[^1].InText)
        {
            return NextStringPart();
        }

        if (atLineStart)
        {
            atLineStart = false;
            if (ReadIndentation() is { } token)
            {
                return token;
            }
        }

        if (pendingDedents > 0)
        {
            pendingDedents--;
            return new Token(TokenKind.Dedent, at, at);
        }

        return NextInLine();
    }

    private static bool IsLineEnd(char c) => c is '\n' or '\r';

    private char Peek(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\0';

    private Token Fail(int offset, string message)
    {
        Fault = (offset, message);
        return new Token(TokenKind.Error, offset, offset);
    }

    /// <summary>Skips blank lines and compares the indentation of the next; the answer is the token that gives, if any.</summary>
    private Token? ReadIndentation()
    {
        while (true)
        {
            var indent = MeasureIndent();
            if (Fault is not null)
            {
                return Next();
            }

            if (at >= text.Length)
            {
                return CompareIndent(new Indent(0, 0));
            }

            if (Peek() == '#')
            {
                SkipComment();
            }

            if (at >= text.Length)
            {
                continue;
            }

            if (!IsLineEnd(text[at]))
            {
                return CompareIndent(indent);
            }

            SkipLineEnd();
        }
    }

    private Indent MeasureIndent()
    {
        var column = 0;
        var alternative = 0;
        Indent? beforeJoin = null;
        while (true)
        {
            switch (Peek())
            {
                case ' ':
                    column++;
                    alternative++;
                    break;
                case '\t':
                    column = ((column / TabSize) + 1) * TabSize;
                    alternative++;
                    break;
                case '\f':
                    column = alternative = 0;
                    break;
                case '\\':
                    // A line that begins with blanks and a backslash is indented as its first physical line is.
                    beforeJoin ??= column > 0 ? new Indent(column, alternative) : null;
                    if (!SkipJoin())
                    {
                        return default;
                    }

                    continue;
                default:
                    return beforeJoin ?? new Indent(column, alternative);
            }

            at++;
        }
    }

    private Token? CompareIndent(Indent indent)
    {
        var current = indents[^1];
        if (indent.Column == current.Column)
        {
            return indent.Alternative == current.Alternative ? null : InconsistentTabs();
        }

        if (indent.Column > current.Column)
        {
            if (indent.Alternative <= current.Alternative)
            {
                return InconsistentTabs();
            }

            if (indents.Count > SyntaxLimits.MaxIndents - 1)
            {
                return Fail(at, "too many levels of indentation");
            }

            indents.Add(indent);
            return new Token(TokenKind.Indent, at, at);
        }

        while (indents.Count > 1 && indent.Column < indents[^1].Column)
        {
            indents.RemoveAt(indents.Count - 1);
            pendingDedents++;
        }

        if (indent.Column != indents[^1].Column)
        {
            return Fail(at, "unindent does not match any outer indentation level");
        }

        return indent.Alternative == indents[^1].Alternative ? null : InconsistentTabs();
    }

    private Token InconsistentTabs() => Fail(at, "inconsistent use of tabs and spaces in indentation");

    private Token NextInLine()
    {
        if (!SkipBlanks())
        {
            return Next();
        }

        if (at >= text.Length)
        {
            return EndOfText();
        }

        if (IsLineEnd(text[at]))
        {
            var end = at;
            SkipLineEnd();
            atLineStart = true;
            lineHasTokens = false;
            return new Token(TokenKind.NewLine, end, end);
        }

        lineHasTokens = true;
        var c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number();
        }

        if (c is '"' or '\'')
        {
            return StartString(at, at);
        }

        var nameEnd = Identifiers.End(text, at);
        return nameEnd > at ? Word(nameEnd) : Operator();
    }

    private Token EndOfText()
    {
        if (brackets.Count > 0)
        {
            return Fail(brackets[^1].Offset, $"'{brackets[^1].Open}' was never closed");
        }

        if (lineHasTokens)
        {
            lineHasTokens = false;
            atLineStart = true;
            return new Token(TokenKind.NewLine, at, at);
        }

        return new Token(TokenKind.End, at, at);
    }

    /// <summary>Blanks, comments, joined lines and, inside brackets, line ends; false when a backslash joins nothing.</summary>
    private bool SkipBlanks()
    {
        while (at < text.Length)
        {
            switch (text[at])
            {
                case ' ' or '\t' or '\f':
                    at++;
                    break;
                case '#':
                    SkipComment();
                    break;
                case '\\':
                    if (!SkipJoin())
                    {
                        return false;
                    }

                    break;
                case '\n' or '\r' when brackets.Count > 0:
                    SkipLineEnd();
                    break;
                default:
                    return true;
            }
        }

        return true;
    }

    private void SkipComment()
    {
        var length = text.AsSpan(at).IndexOfAny('\r', '\n');
        at = length < 0 ? text.Length : at + length;
    }

    private void SkipLineEnd()
    {
        at += Peek() == '\r' && Peek(1) == '\n' ? 2 : 1;
    }

    /// <summary>A backslash and the line end after it.</summary>
    private bool SkipJoin()
    {
        var backslash = at++;
        if (at >= text.Length)
        {
            Fail(backslash, "unexpected end of file after line continuation character");
            return false;
        }

        if (!IsLineEnd(text[at]))
        {
            Fail(backslash, "unexpected character after line continuation character");
            return false;
        }

        SkipLineEnd();
        if (at >= text.Length)
        {
            Fail(backslash, "unexpected end of file after line continuation character");
            return false;
        }

        return true;
    }

    private Token Number()
    {
        var begin = at;
        return NumberLiterals.Scan(text, ref at) is { } fault ? Fail(begin, fault) : new Token(TokenKind.Number, begin, at);
    }

    private Token Word(int end)
    {
        var begin = at;
        if (end < text.Length && text[end] is '"' or '\'' && IsStringPrefix(text.AsSpan(begin, end - begin)))
        {
            return StartString(begin, end);
        }

        at = end;
        return new Token(Keywords.KindOf(text.AsSpan(begin, end - begin)), begin, end);
    }

    private readonly record struct Indent(int Column, int Alternative);

    private readonly record struct Bracket(char Open, int Offset);
}
