using System.Numerics;
using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>
    /// <c>match</c> is a name unless its line ends with a colon and an indented <c>case</c> follows: no other statement has that shape,
    /// so looking along the line decides it.
    /// </summary>
    private bool StartsMatch()
    {
        if (!IsName(token, "match") || (!StartsExpression(Peek(1).Kind) && Peek(1).Kind != TokenKind.Error))
        {
            return false;
        }

        var ahead = 1;
        while (Peek(ahead).Kind is not (TokenKind.NewLine or TokenKind.End or TokenKind.Error))
        {
            ahead++;
        }

        return Peek(ahead).Kind == TokenKind.NewLine && Peek(ahead - 1).Kind == TokenKind.Colon && Peek(ahead + 1).Kind == TokenKind.Indent
            && IsName(Peek(ahead + 2), "case");
    }

    private Match MatchStatement()
    {
        var start = token.Start;
        Advance();
        var subject = Subject();
        Expect(TokenKind.Colon, "':'");
        Expect(TokenKind.NewLine, "the end of the line");
        Advance();
        var cases = new List<MatchCase>();
        while (!Accept(TokenKind.Dedent))
        {
            cases.Add(Case());
        }

        return new Match(subject, cases.ToArray()) { Start = start, End = lastEnd };
    }

    private Expression Subject()
    {
        var start = token.Start;
        var first = StarNamedExpression();
        if (!At(TokenKind.Comma))
        {
            return first is Starred ? throw Unexpected("','") : first;
        }

        var elements = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && StartsExpression(token.Kind))
        {
            elements.Add(StarNamedExpression());
        }

        return new Tuple(elements.ToArray(), ExpressionContext.Load) { Start = start, End = lastEnd };
    }

    private MatchCase Case()
    {
        var start = token.Start;
        if (!IsName(token, "case"))
        {
            throw Unexpected("'case'");
        }

        Advance();
        var pattern = Patterns();
        var guard = Accept(TokenKind.If) ? NamedExpression() : null;
        var body = Block("'case'");
        return new MatchCase(pattern, guard, body) { Start = start, End = lastEnd };
    }

    /// <summary>What follows <c>case</c>: one pattern, or a sequence without brackets.</summary>
    private Pattern Patterns()
    {
        var start = token.Start;
        var first = StarPattern();
        if (!At(TokenKind.Comma))
        {
            return first is MatchStar ? throw Unexpected("',' after a starred pattern") : first;
        }

        var patterns = MorePatterns(first, TokenKind.Colon);
        return new MatchSequence(patterns) { Start = start, End = lastEnd };
    }

    private Pattern[] MorePatterns(Pattern first, TokenKind close)
    {
        var patterns = new List<Pattern> { first };
        while (Accept(TokenKind.Comma) && !At(close) && !(close == TokenKind.Colon && At(TokenKind.If)))
        {
            patterns.Add(StarPattern());
        }

        return patterns.ToArray();
    }

    private Pattern StarPattern()
    {
        var start = token.Start;
        if (!Accept(TokenKind.Star))
        {
            return AsPattern();
        }

        var name = Identifier("a name after '*'");
        return new MatchStar(name == "_" ? null : name) { Start = start, End = lastEnd };
    }

    private Pattern AsPattern()
    {
        Enter();
        var start = token.Start;
        var pattern = OrPattern();
        if (Accept(TokenKind.As))
        {
            var name = CaptureName();
            pattern = new MatchAs(pattern, name) { Start = start, End = lastEnd };
        }

        Leave();
        return pattern;
    }

    private string CaptureName()
    {
        var at = token.Start;
        var name = Identifier("a name");
        return name == "_" || token.Kind is TokenKind.Dot or TokenKind.LeftParenthesis
            ? throw Fail(at, "invalid pattern target: it must be a plain name")
            : name;
    }

    private Pattern OrPattern()
    {
        var start = token.Start;
        var first = ClosedPattern();
        if (!At(TokenKind.VerticalBar))
        {
            return first;
        }

        var patterns = new List<Pattern> { first };
        while (Accept(TokenKind.VerticalBar))
        {
            patterns.Add(ClosedPattern());
        }

        return new MatchOr(patterns.ToArray()) { Start = start, End = lastEnd };
    }

    private Pattern ClosedPattern()
    {
        var start = token.Start;
        switch (token.Kind)
        {
            case TokenKind.None or TokenKind.True or TokenKind.False:
                bool? value = At(TokenKind.None) ? null : At(TokenKind.True);
                Advance();
                return new MatchSingleton(value) { Start = start, End = lastEnd };
            case TokenKind.Number or TokenKind.Minus:
                var number = SignedNumber();
                return new MatchValue(number) { Start = start, End = lastEnd };
            case TokenKind.String or TokenKind.FStringStart or TokenKind.TStringStart:
                var text = Strings();
                return new MatchValue(text) { Start = start, End = lastEnd };
            case TokenKind.LeftParenthesis:
                return GroupOrSequence();
            case TokenKind.LeftBracket:
                Advance();
                Pattern[] elements = At(TokenKind.RightBracket) ? [] : MorePatterns(StarPattern(), TokenKind.RightBracket);
                Expect(TokenKind.RightBracket, "',' or ']'");
                return new MatchSequence(elements) { Start = start, End = lastEnd };
            case TokenKind.LeftBrace:
                return MappingPattern();
            case TokenKind.Name:
                return NamePattern();
            default:
                throw Unexpected("a pattern");
        }
    }

    private Pattern GroupOrSequence()
    {
        var start = token.Start;
        Advance();
        if (Accept(TokenKind.RightParenthesis))
        {
            return new MatchSequence([]) { Start = start, End = lastEnd };
        }

        var first = StarPattern();
        if (first is not MatchStar && Accept(TokenKind.RightParenthesis))
        {
            return first;
        }

        if (first is MatchStar && !At(TokenKind.Comma))
        {
            throw Unexpected("',' after a starred pattern");
        }

        var patterns = MorePatterns(first, TokenKind.RightParenthesis);
        Expect(TokenKind.RightParenthesis, "',' or ')'");
        return new MatchSequence(patterns) { Start = start, End = lastEnd };
    }

    /// <summary>A capture, <c>_</c>, a dotted name compared by value, or a class.</summary>
    private Pattern NamePattern()
    {
        var start = token.Start;
        var name = DottedExpression();
        if (At(TokenKind.LeftParenthesis))
        {
            return ClassPattern(start, name);
        }

        return name is Name { Id: var id }
            ? new MatchAs(null, id == "_" ? null : id) { Start = start, End = lastEnd }
            : new MatchValue(name) { Start = start, End = lastEnd };
    }

    private Expression DottedExpression()
    {
        var start = token.Start;
        Expression result = new Name(Identifier("a name"), ExpressionContext.Load) { Start = start, End = lastEnd };
        while (Accept(TokenKind.Dot))
        {
            Link();
            var name = Identifier("a name after '.'");
            result = new Attribute(result, name, ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        return result;
    }

    private MatchClass ClassPattern(int start, Expression type)
    {
        Advance();
        var (patterns, names, keywords) = (new List<Pattern>(), new List<string>(), new List<Pattern>());
        while (!At(TokenKind.RightParenthesis))
        {
            if (At(TokenKind.Name) && Peek(1).Kind == TokenKind.Equal)
            {
                names.Add(Text(token));
                Advance();
                Advance();
                keywords.Add(AsPattern());
            }
            else if (names.Count > 0)
            {
                throw Fail(token.Start, "positional patterns follow keyword patterns");
            }
            else
            {
                patterns.Add(AsPattern());
            }

            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.RightParenthesis, "',' or ')'");
        return new MatchClass(type, patterns.ToArray(), names.ToArray(), keywords.ToArray()) { Start = start, End = lastEnd };
    }

    private MatchMapping MappingPattern()
    {
        var start = token.Start;
        Advance();
        var (keys, patterns) = (new List<Expression>(), new List<Pattern>());
        string? rest = null;
        while (!At(TokenKind.RightBrace))
        {
            if (rest is not null)
            {
                throw Unexpected("'}' after the pattern with '**'");
            }

            if (Accept(TokenKind.DoubleStar))
            {
                rest = CaptureName();
            }
            else
            {
                keys.Add(MappingKey());
                Expect(TokenKind.Colon, "':' after the key");
                patterns.Add(AsPattern());
            }

            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.RightBrace, "',' or '}'");
        return new MatchMapping(keys.ToArray(), patterns.ToArray(), rest) { Start = start, End = lastEnd };
    }

    private Expression MappingKey() => token.Kind switch
    {
        TokenKind.Name => DottedExpression() is Attribute attribute ? attribute : throw Unexpected("a dotted name or a literal as key"),
        TokenKind.Number or TokenKind.Minus => SignedNumber(),
        TokenKind.String or TokenKind.FStringStart or TokenKind.TStringStart => Strings(),
        TokenKind.None or TokenKind.True or TokenKind.False => Atom(),
        _ => throw Unexpected("a dotted name or a literal as key"),
    };

    /// <summary><c>-1</c>, or a complex number written as a sum: <c>-1 + 2j</c>.</summary>
    private Expression SignedNumber()
    {
        var start = token.Start;
        var real = Signed();
        if (token.Kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return real;
        }

        var op = At(TokenKind.Plus) ? BinaryOperator.Add : BinaryOperator.Sub;
        Advance();
        var imaginary = At(TokenKind.Number) ? Atom() : throw Unexpected("an imaginary number");
        var hasRealPart = (real as Constant ?? (real as UnaryOp)?.Operand) is Constant { Value: not Complex };
        return hasRealPart && imaginary is Constant { Value: Complex }
            ? new BinOp(real, op, imaginary) { Start = start, End = lastEnd }
            : throw Fail(start, "a sum in a pattern is a real number and an imaginary number");
    }

    private Expression Signed()
    {
        var start = token.Start;
        if (!Accept(TokenKind.Minus))
        {
            return Atom();
        }

        var number = At(TokenKind.Number) ? Atom() : throw Unexpected("a number");
        return new UnaryOp(UnaryOperator.USub, number) { Start = start, End = lastEnd };
    }
}
