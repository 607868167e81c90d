using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary><c>star_targets</c>: what stands between <c>for</c> and <c>in</c>.</summary>
    private Expression Targets()
    {
        var start = token.Start;
        var first = Target();
        if (!At(TokenKind.Comma))
        {
            return first;
        }

        var elements = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && !At(TokenKind.In))
        {
            elements.Add(Target());
        }

        return new Tuple(elements.ToArray(), ExpressionContext.Store) { Start = start, End = lastEnd };
    }

    /// <summary><c>star_target</c>. It is read as a primary, so that <c>in</c> after it is not taken for a comparison.</summary>
    private Expression Target()
    {
        var start = token.Start;
        if (!Accept(TokenKind.Star))
        {
            return As(Primary(), ExpressionContext.Store);
        }

        var value = As(Primary(), ExpressionContext.Store);
        return new Starred(value, ExpressionContext.Store) { Start = start, End = lastEnd };
    }

    /// <summary>The same expression as something that is written or deleted.</summary>
    private Expression As(Expression expression, ExpressionContext context) => expression switch
    {
        Name n => n with { Ctx = context },
        Attribute n => n with { Ctx = context },
        Subscript n => n with { Ctx = context },
        Tuple n => n with { Ctx = context, Elts = As(n.Elts, context) },
        List n => n with { Ctx = context, Elts = As(n.Elts, context) },
        Starred n when context == ExpressionContext.Store => n with { Ctx = context, Value = As(n.Value, context) },
        _ => throw Fail(expression.Start, $"cannot {(context == ExpressionContext.Del ? "delete" : "assign to")} {Describe(expression)}"),
    };

    private Expression[] As(IReadOnlyList<Expression> expressions, ExpressionContext context)
    {
        var result = new Expression[expressions.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = As(expressions[i], context);
        }

        return result;
    }

    /// <summary>The target of an annotation or of <c>+=</c>: one name, attribute or item.</summary>
    private Expression SingleTarget(Expression expression, string use) => expression is Name or Attribute or Subscript
        ? As(expression, ExpressionContext.Store)
        : throw Fail(expression.Start, $"{Describe(expression)} cannot be {use}");

    private static string Describe(Expression expression) => expression switch
    {
        Constant { Value: bool or null } constant => constant.Value?.ToString() ?? "None",
        Constant { Value: Ellipsis } => "an ellipsis",
        Constant => "a literal",
        Call => "a function call",
        Tuple => "a tuple",
        List => "a list",
        Dict => "a dict",
        Set => "a set",
        Compare => "a comparison",
        Lambda => "a lambda",
        IfExp => "a conditional expression",
        JoinedStr or TemplateStr => "a formatted string",
        Await => "an await expression",
        Yield or YieldFrom => "a yield expression",
        NamedExpr => "a named expression",
        Starred => "a starred expression",
        GeneratorExp or ListComp or SetComp or DictComp => "a comprehension",
        _ => "an expression",
    };
}
