namespace AgentFactory.Core.Notebooks.Python.Tokens;

internal sealed partial class Lexer
{
    /// <summary>The f- and t-strings around the current place, innermost last.</summary>
    private readonly List<FormatString> fields = [];

    /// <summary>In a field and in no bracket of its expression: here <c>:</c> begins a format and <c>}</c> ends the field.</summary>
    private bool AtFieldLevel => fields.Count > 0 && fields[^1] is { InText: false, Depth: var depth } && brackets.Count == depth;

    private static bool IsStringPrefix(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length is 0 or > 2)
        {
            return false;
        }

        var first = (char)(prefix[0] | 0x20);
        var second = prefix.Length == 2 ? (char)(prefix[1] | 0x20) : '\0';
        return (first, second) is ('r' or 'b' or 'u' or 'f' or 't', '\0') or ('r', 'b' or 'f' or 't') or ('b' or 'f' or 't', 'r');
    }

    private Token StartString(int begin, int quoteAt)
    {
        var quote = text[quoteAt];
        var size = IsTriple(quoteAt) ? 3 : 1;
        var prefix = text.AsSpan(begin, quoteAt - begin);
        at = quoteAt + size;
        if (prefix.IndexOfAny("fFtT") < 0)
        {
            return PlainString(begin, quote, size);
        }

        var isRaw = prefix.IndexOfAny("rR") >= 0;
        fields.Add(new FormatString(begin, quote, size, isRaw, InText: true, InFormat: false, brackets.Count));
        return new Token(prefix.IndexOfAny("tT") >= 0 ? TokenKind.TStringStart : TokenKind.FStringStart, begin, at);
    }

    private bool IsTriple(int quoteAt) =>
        quoteAt + 2 < text.Length && text[quoteAt + 1] == text[quoteAt] && text[quoteAt + 2] == text[quoteAt];

    private Token PlainString(int begin, char quote, int size)
    {
        while (true)
        {
            var step = size == 1 ? text.AsSpan(at).IndexOfAny([quote, '\\', '\n', '\r']) : text.AsSpan(at).IndexOfAny(quote, '\\');
            if (step < 0 || IsLineEnd(text[at + step]))
            {
                return Unterminated(begin, size);
            }

            at += step;
            if (text[at] == '\\')
            {
                SkipEscaped();
            }
            else if (size == 1 || IsTriple(at))
            {
                at += size;
                return new Token(TokenKind.String, begin, at);
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>A backslash and what it escapes, which may be a whole line end.</summary>
    private void SkipEscaped()
    {
        at++;
        if (at < text.Length)
        {
            SkipLineEnd();
        }
    }

    private Token Unterminated(int begin, int size) =>
        Fail(begin, size == 3 ? "unterminated triple-quoted string literal" : "unterminated string literal");

    /// <summary>The next part of the innermost f-string: its end, the text up to a field, or the first token of a field.</summary>
    private Token NextStringPart()
    {
        var field = fields[^1];
        var begin = at;
        if (IsEndQuote(field) && !field.InFormat)
        {
            fields.RemoveAt(fields.Count - 1);
            at += field.Size;
            return new Token(TokenKind.StringEnd, begin, at);
        }

        while (true)
        {
            if (at >= text.Length)
            {
                return Unterminated(field.Begin, field.Size);
            }

            var c = text[at];
            if (field.Size == 1 && IsLineEnd(c))
            {
                // A line end in the format of a field ends the format; what follows must close the field.
                return field.InFormat ? LeaveText(begin) : Unterminated(field.Begin, field.Size);
            }

            if (IsEndQuote(field))
            {
                return field.InFormat ? Unterminated(field.Begin, field.Size) : new Token(TokenKind.StringText, begin, at);
            }

            if (c is '{' or '}')
            {
                if (!field.InFormat && Peek(1) == c)
                {
                    at += 2;
                    return new Token(TokenKind.StringText, begin, at);
                }

                return c == '{' || field.InFormat ? LeaveText(begin) : Fail(at, "f-string: single '}' is not allowed");
            }

            SkipTextCharacter(c, field.IsRaw);
        }
    }

    private bool IsEndQuote(FormatString field) => Peek() == field.Quote && (field.Size == 1 || IsTriple(at));

    /// <summary>The text before a field or before the end of a format; then the tokens of the expression follow.</summary>
    private Token LeaveText(int begin)
    {
        fields[^1] = fields[^1].EnterField(text[at] == '{');
        return at > begin ? new Token(TokenKind.StringText, begin, at) : Next();
    }

    private void SkipTextCharacter(char c, bool isRaw)
    {
        if (c != '\\')
        {
            at++;
            return;
        }

        if (Peek(1) is '{' or '}')
        {
            at++;
            return;
        }

        if (!isRaw && Peek(1) == 'N' && Peek(2) == '{')
        {
            at += 3;
            var length = text.AsSpan(at).IndexOfAny("}{\\\n\"");
            at += length > 0 && text[at + length] == '}' ? length + 1 : 0;
            return;
        }

        SkipEscaped();
    }

    /// <param name="Begin">Where its prefix stands.</param>
    /// <param name="Size">Of its quote: 1 or 3.</param>
    /// <param name="InText">Reading text (of the string or of a format), not an expression.</param>
    /// <param name="InFormat">That text is the format of a field.</param>
    /// <param name="Depth">How many brackets were open at its text; of a field's expression, its own brace included.</param>
    private readonly record struct FormatString(int Begin, char Quote, int Size, bool IsRaw, bool InText, bool InFormat, int Depth)
    {
        /// <summary>How many fields are open inside each other, formats of formats included.</summary>
        public int OpenFields { get; private init; }

        public FormatString EnterField(bool opens) =>
            opens
                ? this with { InText = false, Depth = Depth + 1, OpenFields = OpenFields + 1 }
                : this with { InText = false, InFormat = false };

        public FormatString AfterField() =>
            this with { InText = true, InFormat = OpenFields > 1, Depth = Depth - 1, OpenFields = OpenFields - 1 };
    }
}
