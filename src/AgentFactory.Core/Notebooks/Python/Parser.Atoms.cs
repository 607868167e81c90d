using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>An atom and what follows it: attributes, calls, items.</summary>
    private Expression Primary()
    {
        var start = token.Start;
        var result = Atom();
        while (true)
        {
            switch (token.Kind)
            {
                case TokenKind.Dot:
                    Advance();
                    var name = Identifier("a name after '.'");
                    result = new Attribute(result, name, ExpressionContext.Load) { Start = start, End = lastEnd };
                    break;
                case TokenKind.LeftParenthesis:
                    var (arguments, keywords) = CallArguments(allowGenerator: true);
                    result = new Call(result, arguments, keywords) { Start = start, End = lastEnd };
                    break;
                case TokenKind.LeftBracket:
                    Advance();
                    var slice = Slices();
                    Expect(TokenKind.RightBracket, "']'");
                    result = new Subscript(result, slice, ExpressionContext.Load) { Start = start, End = lastEnd };
                    break;
                default:
                    return result;
            }

            Link();
        }
    }

    private Expression Atom()
    {
        switch (token.Kind)
        {
            case TokenKind.Name:
                var name = new Name(Text(token), ExpressionContext.Load) { Start = token.Start, End = token.End };
                Advance();
                return name;
            case TokenKind.Number:
                return Literal(NumberLiterals.Value(text.AsSpan(token.Start, token.End - token.Start)) ?? throw TooManyDigits());
            case TokenKind.String or TokenKind.FStringStart or TokenKind.TStringStart:
                return Strings();
            case TokenKind.LeftParenthesis:
                return Parenthesised();
            case TokenKind.LeftBracket:
                return ListOrComprehension();
            case TokenKind.LeftBrace:
                return DictOrSet();
            case TokenKind.True:
                return Literal(True);
            case TokenKind.False:
                return Literal(False);
            case TokenKind.None:
                return Literal(null);
            case TokenKind.Ellipsis:
                return Literal(Ellipsis.Value);
            default:
                throw Unexpected("an expression");
        }
    }

    private PythonSyntaxException TooManyDigits() =>
        Fail(token.Start, $"a decimal integer has more than {SyntaxLimits.MaxDecimalDigits} digits; write it in hexadecimal");

    private static readonly object True = true;
    private static readonly object False = false;

    private Constant Literal(object? value)
    {
        var literal = new Constant(value) { Start = token.Start, End = token.End };
        Advance();
        return literal;
    }

    /// <summary>A group, a tuple or a generator.</summary>
    private Expression Parenthesised()
    {
        var start = token.Start;
        Advance();
        if (Accept(TokenKind.RightParenthesis))
        {
            return new Tuple([], ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        if (At(TokenKind.Yield))
        {
            var yielded = YieldExpression();
            Expect(TokenKind.RightParenthesis, "')'");
            return yielded;
        }

        var first = StarNamedExpression();
        if (StartsComprehension())
        {
            return Generator(start, first);
        }

        if (At(TokenKind.Comma))
        {
            var elements = Elements(first, TokenKind.RightParenthesis, "')'");
            return new Tuple(elements, ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        Expect(TokenKind.RightParenthesis, "',' or ')'");
        return first is Starred ? throw Fail(first.Start, "a starred expression needs a list, tuple, set or call around it") : first;
    }

    private GeneratorExp Generator(int start, Expression element)
    {
        var generators = Comprehensions(element);
        Expect(TokenKind.RightParenthesis, "')'");
        return new GeneratorExp(element, generators) { Start = start, End = lastEnd };
    }

    private Expression ListOrComprehension()
    {
        var start = token.Start;
        Advance();
        if (Accept(TokenKind.RightBracket))
        {
            return new List([], ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        var first = StarNamedExpression();
        if (StartsComprehension())
        {
            var generators = Comprehensions(first);
            Expect(TokenKind.RightBracket, "']'");
            return new ListComp(first, generators) { Start = start, End = lastEnd };
        }

        var elements = Elements(first, TokenKind.RightBracket, "',' or ']'");
        return new List(elements, ExpressionContext.Load) { Start = start, End = lastEnd };
    }

    /// <summary>The elements after <paramref name="first"/>, a comma at the end allowed, and the closing bracket.</summary>
    private Expression[] Elements(Expression first, TokenKind close, string expected)
    {
        var elements = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && !At(close))
        {
            elements.Add(StarNamedExpression());
        }

        Expect(close, expected);
        return elements.ToArray();
    }

    private Expression DictOrSet()
    {
        var start = token.Start;
        Advance();
        if (Accept(TokenKind.RightBrace))
        {
            return new Dict([], []) { Start = start, End = lastEnd };
        }

        if (At(TokenKind.DoubleStar))
        {
            return Entries(start, null);
        }

        var firstStart = token.Start;
        var first = StarNamedExpression();
        if (At(TokenKind.Colon) && first is not Starred && !IsBareWalrus(first, firstStart))
        {
            return Entries(start, first);
        }

        if (StartsComprehension())
        {
            var generators = Comprehensions(first);
            Expect(TokenKind.RightBrace, "'}'");
            return new SetComp(first, generators) { Start = start, End = lastEnd };
        }

        var elements = Elements(first, TokenKind.RightBrace, "',' or '}'");
        return new Set(elements) { Start = start, End = lastEnd };
    }

    private static bool IsBareWalrus(Expression expression, int start) => expression is NamedExpr && expression.Start == start;

    /// <summary>A dict whose first key was read already, unless it begins with <c>**</c>.</summary>
    private Expression Entries(int start, Expression? firstKey)
    {
        var keys = new List<Expression?>();
        var values = new List<Expression>();
        do
        {
            if (At(TokenKind.RightBrace))
            {
                break;
            }

            if (Accept(TokenKind.DoubleStar))
            {
                keys.Add(null);
                values.Add(Binary(1));
                continue;
            }

            var key = keys.Count == 0 && firstKey is not null ? firstKey : ParseExpression();
            Expect(TokenKind.Colon, "':' after the key");
            var value = ParseExpression();
            if (keys.Count == 0 && StartsComprehension())
            {
                var generators = Comprehensions(value);
                Expect(TokenKind.RightBrace, "'}'");
                return new DictComp(key, value, generators) { Start = start, End = lastEnd };
            }

            keys.Add(key);
            values.Add(value);
        }
        while (Accept(TokenKind.Comma));

        Expect(TokenKind.RightBrace, "',' or '}'");
        return new Dict(keys.ToArray(), values.ToArray()) { Start = start, End = lastEnd };
    }

    private bool StartsComprehension() => At(TokenKind.For) || (At(TokenKind.Async) && Peek(1).Kind == TokenKind.For);

    private Comprehension[] Comprehensions(Expression element)
    {
        if (element is Starred)
        {
            throw Fail(element.Start, "iterable unpacking cannot be used in a comprehension");
        }

        var result = new List<Comprehension>();
        while (StartsComprehension())
        {
            var start = token.Start;
            var isAsync = Accept(TokenKind.Async);
            Advance();
            var target = Targets();
            Expect(TokenKind.In, "'in'");
            var iterable = Disjunction();
            var conditions = new List<Expression>();
            while (Accept(TokenKind.If))
            {
                conditions.Add(Disjunction());
            }

            result.Add(new Comprehension(target, iterable, conditions.ToArray(), isAsync) { Start = start, End = lastEnd });
        }

        return result.ToArray();
    }
}
