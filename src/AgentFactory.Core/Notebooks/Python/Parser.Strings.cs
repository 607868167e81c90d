using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>One or more adjacent strings of any kind, which make one value.</summary>
    private Expression Strings()
    {
        var start = token.Start;
        if (At(TokenKind.String) && Peek(1).Kind is not (TokenKind.String or TokenKind.FStringStart or TokenKind.TStringStart))
        {
            return PlainString();
        }

        var pieces = new List<Expression>();
        var (isFormat, isTemplate, isBytes, isText) = (false, false, false, false);
        while (true)
        {
            switch (token.Kind)
            {
                case TokenKind.String:
                    var piece = PlainString();
                    isBytes |= piece.Value is byte[];
                    isText |= piece.Value is string;
                    pieces.Add(piece);
                    continue;
                case TokenKind.FStringStart:
                    isFormat = true;
                    AddFormatString(pieces, isTemplate: false);
                    continue;
                case TokenKind.TStringStart:
                    isTemplate = true;
                    AddFormatString(pieces, isTemplate: true);
                    continue;
                default:
                    break;
            }

            break;
        }

        if (isBytes && (isText || isFormat || isTemplate))
        {
            throw Fail(start, "cannot mix bytes and nonbytes literals");
        }

        if (isTemplate && (isText || isFormat))
        {
            throw Fail(start, "cannot mix t-string literals with string or f-string literals");
        }

        return isTemplate ? new TemplateStr(Fold(pieces)) { Start = start, End = lastEnd }
            : isFormat ? new JoinedStr(Fold(pieces)) { Start = start, End = lastEnd }
            : Concatenate(pieces, start);
    }

    private Constant PlainString()
    {
        var literal = text.AsSpan(token.Start, token.End - token.Start);
        var decoded = StringLiterals.Decode(literal);
        if (decoded.Fault is { } fault)
        {
            throw Fail(token.Start + fault.Offset, fault.Message);
        }

        var constant = new Constant(decoded.Value, literal[0] == 'u' ? "u" : null) { Start = token.Start, End = token.End };
        Advance();
        return constant;
    }

    private Constant Concatenate(List<Expression> pieces, int start)
    {
        var first = (Constant)pieces[0];
        object value = first.Value is byte[]? pieces.SelectMany(static piece => (byte[])((Constant)piece).Value!).ToArray()
            : Text(pieces);
        return new Constant(value, first.Kind) { Start = start, End = lastEnd };
    }

    private static string Text(List<Expression> pieces) => string.Concat(pieces.Select(static piece => (string)((Constant)piece).Value!));

    /// <summary>Joins texts that touch and drops empty ones, as CPython does across all pieces of a concatenation.</summary>
    private static Expression[] Fold(List<Expression> pieces)
    {
        var result = new List<Expression>(pieces.Count);
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i] is not Constant first)
            {
                result.Add(pieces[i]);
                continue;
            }

            var last = i;
            while (last + 1 < pieces.Count && pieces[last + 1] is Constant)
            {
                last++;
            }

            var value = last == i ? (string)first.Value! : Text(pieces.GetRange(i, last - i + 1));
            if (value.Length > 0)
            {
                result.Add(last == i ? first : first with { Value = value, End = pieces[last].End });
            }

            i = last;
        }

        return result.ToArray();
    }

    private void AddFormatString(List<Expression> pieces, bool isTemplate)
    {
        var isRaw = text.AsSpan(token.Start, token.End - token.Start).IndexOfAny('r', 'R') >= 0;
        Advance();
        AddParts(pieces, TokenKind.StringEnd, isRaw, isTemplate);
        Expect(TokenKind.StringEnd, "the end of the f-string");
    }

    private void AddParts(List<Expression> parts, TokenKind close, bool isRaw, bool isTemplate)
    {
        while (!At(close))
        {
            switch (token.Kind)
            {
                case TokenKind.StringText:
                    parts.Add(TextPart(isRaw));
                    break;
                case TokenKind.LeftBrace:
                    AddField(parts, isRaw, isTemplate);
                    break;
                default:
                    throw Unexpected(close == TokenKind.StringEnd ? "the end of the f-string" : "'}'");
            }
        }
    }

    private Constant TextPart(bool isRaw)
    {
        var part = text.AsSpan(token.Start, token.End - token.Start);
        if (part is [.., '{', '{'] or [.., '}', '}'])
        {
            part = part[..^1];
        }

        var decoded = StringLiterals.DecodeText(part, isRaw);
        return decoded.Fault is { } fault ? throw Fail(token.Start + fault.Offset, fault.Message) : Literal(decoded.Value);
    }

    private void AddField(List<Expression> parts, bool isRaw, bool isTemplate)
    {
        Enter();
        var start = token.Start;
        Advance();
        if (token.Kind is TokenKind.RightBrace or TokenKind.Equal or TokenKind.Exclamation or TokenKind.Colon)
        {
            throw Fail(token.Start, $"f-string: an expression is missing before '{text[token.Start]}'");
        }

        var value = YieldOrStarExpressions();
        var valueEnd = lastEnd;
        var isDebug = Accept(TokenKind.Equal);
        var debugEnd = token.Start;
        if (token.Kind is not (TokenKind.Exclamation or TokenKind.Colon or TokenKind.RightBrace))
        {
            throw Unexpected("'=', '!', ':' or '}' after the expression of the f-string");
        }

        var conversion = At(TokenKind.Exclamation) ? Conversion() : (char?)null;
        var format = At(TokenKind.Colon) ? Format(isRaw) : null;
        Expect(TokenKind.RightBrace, "'}'");
        if (isDebug)
        {
            parts.Add(new Constant(StringLiterals.WithoutComments(text[(start + 1)..debugEnd])) { Start = start + 1, End = debugEnd });
            conversion ??= format is null ? 'r' : null;
        }

        var written = isTemplate ? StringLiterals.WithoutComments(text[(start + 1)..valueEnd]) : "";
        parts.Add(isTemplate
            ? new Interpolation(value, written, conversion, format) { Start = start, End = lastEnd }
            : new FormattedValue(value, conversion, format) { Start = start, End = lastEnd });
        Leave();
    }

    private char Conversion()
    {
        var mark = token;
        Advance();
        if (!At(TokenKind.Name) || token.Start != mark.End || token.End != token.Start + 1 || text[token.Start] is not ('s' or 'r' or 'a'))
        {
            throw Fail(mark.Start, "f-string: a conversion is '!s', '!r' or '!a'");
        }

        Advance();
        return text[mark.End];
    }

    /// <summary>A format is an f-string of its own, inside a t-string too.</summary>
    private JoinedStr Format(bool isRaw)
    {
        var start = token.Start;
        Advance();
        var parts = new List<Expression>();
        AddParts(parts, TokenKind.RightBrace, isRaw, isTemplate: false);
        return new JoinedStr(Fold(parts)) { Start = start, End = lastEnd };
    }
}
