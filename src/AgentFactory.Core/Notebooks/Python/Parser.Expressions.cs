using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary><c>star_expressions</c>: expressions and starred ones, a tuple when there is a comma.</summary>
    private Expression StarExpressions()
    {
        var start = token.Start;
        var first = StarExpression();
        if (!At(TokenKind.Comma))
        {
            return first;
        }

        var elements = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && StartsExpression(token.Kind))
        {
            elements.Add(StarExpression());
        }

        return new Tuple(elements.ToArray(), ExpressionContext.Load) { Start = start, End = lastEnd };
    }

    private Expression StarExpression() => At(TokenKind.Star) ? StarredOperand() : ParseExpression();

    private Starred StarredOperand()
    {
        var start = token.Start;
        Advance();
        var value = Binary(1);
        return new Starred(value, ExpressionContext.Load) { Start = start, End = lastEnd };
    }

    /// <summary><c>star_named_expression</c>: an element of a list, tuple or set.</summary>
    private Expression StarNamedExpression() => At(TokenKind.Star) ? StarredOperand() : NamedExpression();

    private Expression NamedExpression()
    {
        if (!At(TokenKind.Name) || Peek(1).Kind != TokenKind.ColonEqual)
        {
            return ParseExpression();
        }

        var start = token.Start;
        var target = new Name(Text(token), ExpressionContext.Store) { Start = start, End = token.End };
        Advance();
        Advance();
        var value = ParseExpression();
        return new NamedExpr(target, value) { Start = start, End = lastEnd };
    }

    /// <summary><c>yield_expr | star_expressions</c>: what may follow <c>=</c>.</summary>
    private Expression YieldOrStarExpressions() => At(TokenKind.Yield) ? YieldExpression() : StarExpressions();

    private Expression YieldExpression()
    {
        var start = token.Start;
        Advance();
        if (Accept(TokenKind.From))
        {
            var from = ParseExpression();
            return new YieldFrom(from) { Start = start, End = lastEnd };
        }

        var value = StartsExpression(token.Kind) ? StarExpressions() : null;
        return new Yield(value) { Start = start, End = lastEnd };
    }

    /// <summary><c>expression</c>: a conditional or a lambda.</summary>
    private Expression ParseExpression()
    {
        Enter();
        var result = At(TokenKind.Lambda) ? LambdaExpression() : Conditional();
        Leave();
        return result;
    }

    private Expression Conditional()
    {
        var start = token.Start;
        var body = Disjunction();
        if (!Accept(TokenKind.If))
        {
            return body;
        }

        var test = Disjunction();
        Expect(TokenKind.Else, "'else' after the condition");
        var otherwise = ParseExpression();
        return new IfExp(test, body, otherwise) { Start = start, End = lastEnd };
    }

    private Lambda LambdaExpression()
    {
        var start = token.Start;
        Advance();
        var parameters = Parameters(TokenKind.Colon, isLambda: true);
        Expect(TokenKind.Colon, "':'");
        var body = ParseExpression();
        return new Lambda(parameters, body) { Start = start, End = lastEnd };
    }

    private Expression Disjunction()
    {
        var start = token.Start;
        var first = Conjunction();
        if (!At(TokenKind.Or))
        {
            return first;
        }

        var values = new List<Expression> { first };
        while (Accept(TokenKind.Or))
        {
            values.Add(Conjunction());
        }

        return new BoolOp(BoolOperator.Or, values.ToArray()) { Start = start, End = lastEnd };
    }

    private Expression Conjunction()
    {
        var start = token.Start;
        var first = Inversion();
        if (!At(TokenKind.And))
        {
            return first;
        }

        var values = new List<Expression> { first };
        while (Accept(TokenKind.And))
        {
            values.Add(Inversion());
        }

        return new BoolOp(BoolOperator.And, values.ToArray()) { Start = start, End = lastEnd };
    }

    private Expression Inversion()
    {
        if (!At(TokenKind.Not))
        {
            return Comparison();
        }

        Enter();
        var start = token.Start;
        Advance();
        var operand = Inversion();
        Leave();
        return new UnaryOp(UnaryOperator.Not, operand) { Start = start, End = lastEnd };
    }

    private Expression Comparison()
    {
        var start = token.Start;
        var left = Binary(1);
        if (ComparisonAt() is not { } comparison)
        {
            return left;
        }

        var operators = new List<CompareOperator>();
        var comparators = new List<Expression>();
        for (CompareOperator? found = comparison; found is { } op; found = ComparisonAt())
        {
            Advance();
            if (op is CompareOperator.IsNot or CompareOperator.NotIn)
            {
                Advance();
            }

            operators.Add(op);
            comparators.Add(Binary(1));
        }

        return new Compare(left, operators.ToArray(), comparators.ToArray()) { Start = start, End = lastEnd };
    }

    private CompareOperator? ComparisonAt() => token.Kind switch
    {
        TokenKind.EqualEqual => CompareOperator.Eq,
        TokenKind.NotEqual => CompareOperator.NotEq,
        TokenKind.Less => CompareOperator.Lt,
        TokenKind.LessEqual => CompareOperator.LtE,
        TokenKind.Greater => CompareOperator.Gt,
        TokenKind.GreaterEqual => CompareOperator.GtE,
        TokenKind.In => CompareOperator.In,
        TokenKind.Is => Peek(1).Kind == TokenKind.Not ? CompareOperator.IsNot : CompareOperator.Is,
        TokenKind.Not when Peek(1).Kind == TokenKind.In => CompareOperator.NotIn,
        _ => null,
    };

    /// <summary>The left-associative operators from <c>|</c> (1) to <c>*</c> (6) that bind at least as <paramref name="least"/>.</summary>
    private Expression Binary(int least)
    {
        var start = token.Start;
        var left = Factor();
        while (OperatorAt(token.Kind) is var (op, binds) && binds >= least)
        {
            Link();
            Advance();
            var right = Binary(binds + 1);
            left = new BinOp(left, op, right) { Start = start, End = lastEnd };
        }

        return left;
    }

    private static (BinaryOperator Operator, int Binds) OperatorAt(TokenKind kind) => kind switch
    {
        TokenKind.VerticalBar => (BinaryOperator.BitOr, 1),
        TokenKind.Circumflex => (BinaryOperator.BitXor, 2),
        TokenKind.Ampersand => (BinaryOperator.BitAnd, 3),
        TokenKind.LeftShift => (BinaryOperator.LShift, 4),
        TokenKind.RightShift => (BinaryOperator.RShift, 4),
        TokenKind.Plus => (BinaryOperator.Add, 5),
        TokenKind.Minus => (BinaryOperator.Sub, 5),
        TokenKind.Star => (BinaryOperator.Mult, 6),
        TokenKind.Slash => (BinaryOperator.Div, 6),
        TokenKind.DoubleSlash => (BinaryOperator.FloorDiv, 6),
        TokenKind.Percent => (BinaryOperator.Mod, 6),
        TokenKind.At => (BinaryOperator.MatMult, 6),
        _ => (default, 0),
    };

    private Expression Factor()
    {
        UnaryOperator op;
        switch (token.Kind)
        {
            case TokenKind.Minus:
                op = UnaryOperator.USub;
                break;
            case TokenKind.Plus:
                op = UnaryOperator.UAdd;
                break;
            case TokenKind.Tilde:
                op = UnaryOperator.Invert;
                break;
            default:
                return Power();
        }

        Enter();
        var start = token.Start;
        Advance();
        var operand = Factor();
        Leave();
        return new UnaryOp(op, operand) { Start = start, End = lastEnd };
    }

    private Expression Power()
    {
        var start = token.Start;
        var left = Awaited();
        if (!At(TokenKind.DoubleStar))
        {
            return left;
        }

        Enter();
        Advance();
        var right = Factor();
        Leave();
        return new BinOp(left, BinaryOperator.Pow, right) { Start = start, End = lastEnd };
    }

    private Expression Awaited()
    {
        if (!At(TokenKind.Await))
        {
            return Primary();
        }

        var start = token.Start;
        Advance();
        var value = Primary();
        return new Await(value) { Start = start, End = lastEnd };
    }

    private static bool StartsExpression(TokenKind kind) => kind is TokenKind.Name or TokenKind.Number or TokenKind.String
        or TokenKind.FStringStart or TokenKind.TStringStart or TokenKind.LeftParenthesis or TokenKind.LeftBracket or TokenKind.LeftBrace
        or TokenKind.Ellipsis or TokenKind.Star or TokenKind.Plus or TokenKind.Minus or TokenKind.Tilde or TokenKind.Not or TokenKind.Await
        or TokenKind.Lambda or TokenKind.False or TokenKind.None or TokenKind.True or TokenKind.Error;
}
