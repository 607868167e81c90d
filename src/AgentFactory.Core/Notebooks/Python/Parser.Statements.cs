using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>One statement that has blocks, or all the simple ones of a line.</summary>
    private void Statement(List<Statement> to)
    {
        Enter();
        links = 0;
        if (At(TokenKind.Indent))
        {
            throw Fail(token.Start, "unexpected indentation");
        }

        var compound = CompoundStatement();
        if (compound is not null)
        {
            to.Add(compound);
        }
        else
        {
            SimpleStatements(to);
        }

        Leave();
    }

    private void SimpleStatements(List<Statement> to)
    {
        do
        {
            var statement = SimpleStatement();
            to.Add(statement);
            if (token.Kind is not (TokenKind.Semicolon or TokenKind.NewLine))
            {
                throw AfterStatement(statement);
            }
        }
        while (Accept(TokenKind.Semicolon) && !At(TokenKind.NewLine));
        Expect(TokenKind.NewLine, "the end of the line");
    }

    private PythonSyntaxException AfterStatement(Statement statement) =>
        statement is Expr { Value: Name { Id: "print" or "exec" } name } && StartsExpression(token.Kind) && !At(TokenKind.Error)
            ? Fail(name.Start, $"missing parentheses in call to '{name.Id}': {name.Id}(...)")
            : Unexpected("the end of the statement");

    private Statement SimpleStatement()
    {
        var start = token.Start;
        switch (token.Kind)
        {
            case TokenKind.Return:
                Advance();
                var result = StartsExpression(token.Kind) ? StarExpressions() : null;
                return new Return(result) { Start = start, End = lastEnd };
            case TokenKind.Import:
                return ImportStatement();
            case TokenKind.From:
                return ImportFromStatement();
            case TokenKind.Raise:
                return RaiseStatement();
            case TokenKind.Pass:
                Advance();
                return new Pass { Start = start, End = lastEnd };
            case TokenKind.Break:
                Advance();
                return new Break { Start = start, End = lastEnd };
            case TokenKind.Continue:
                Advance();
                return new Continue { Start = start, End = lastEnd };
            case TokenKind.Del:
                return DeleteStatement();
            case TokenKind.Assert:
                Advance();
                var test = ParseExpression();
                var message = Accept(TokenKind.Comma) ? ParseExpression() : null;
                return new Assert(test, message) { Start = start, End = lastEnd };
            case TokenKind.Global:
                var globals = NameList();
                return new Global(globals) { Start = start, End = lastEnd };
            case TokenKind.Nonlocal:
                var nonlocals = NameList();
                return new Nonlocal(nonlocals) { Start = start, End = lastEnd };
            default:
                return StartsTypeAlias() ? TypeAliasStatement() : ExpressionStatement();
        }
    }

    private string[] NameList()
    {
        var list = new List<string>();
        do
        {
            Advance();
            list.Add(Identifier("a name"));
        }
        while (At(TokenKind.Comma));
        return list.ToArray();
    }

    private Raise RaiseStatement()
    {
        var start = token.Start;
        Advance();
        var exception = StartsExpression(token.Kind) ? ParseExpression() : null;
        var cause = exception is not null && Accept(TokenKind.From) ? ParseExpression() : null;
        return new Raise(exception, cause) { Start = start, End = lastEnd };
    }

    private Delete DeleteStatement()
    {
        var start = token.Start;
        Advance();
        var targets = new List<Expression>();
        do
        {
            targets.Add(As(Primary(), ExpressionContext.Del));
        }
        while (Accept(TokenKind.Comma) && token.Kind is not (TokenKind.NewLine or TokenKind.Semicolon));
        return new Delete(targets.ToArray()) { Start = start, End = lastEnd };
    }

    private bool StartsTypeAlias() =>
        IsName(token, "type") && Peek(1).Kind == TokenKind.Name && Peek(2).Kind is TokenKind.Equal or TokenKind.LeftBracket;

    private TypeAlias TypeAliasStatement()
    {
        var start = token.Start;
        Advance();
        var name = new Name(Text(token), ExpressionContext.Store) { Start = token.Start, End = token.End };
        Advance();
        var parameters = TypeParameters();
        Expect(TokenKind.Equal, "'='");
        var value = ParseExpression();
        return new TypeAlias(name, parameters, value) { Start = start, End = lastEnd };
    }

    /// <summary>An expression, an assignment, an annotation or an augmented assignment.</summary>
    private Statement ExpressionStatement()
    {
        var start = token.Start;
        var isParenthesised = At(TokenKind.LeftParenthesis);
        var first = YieldOrStarExpressions();
        if (At(TokenKind.Equal))
        {
            return Assignment(start, first);
        }

        if (Accept(TokenKind.Colon))
        {
            var target = SingleTarget(first, "annotated");
            var annotation = ParseExpression();
            var value = Accept(TokenKind.Equal) ? YieldOrStarExpressions() : null;
            return new AnnAssign(target, annotation, value, target is Name && !isParenthesised) { Start = start, End = lastEnd };
        }

        if (AugmentedAt(token.Kind) is { } op)
        {
            var target = SingleTarget(first, "the target of an augmented assignment");
            Advance();
            var value = YieldOrStarExpressions();
            return new AugAssign(target, op, value) { Start = start, End = lastEnd };
        }

        return new Expr(first) { Start = start, End = lastEnd };
    }

    private Assign Assignment(int start, Expression first)
    {
        var targets = new List<Expression>();
        var value = first;
        while (Accept(TokenKind.Equal))
        {
            targets.Add(As(value, ExpressionContext.Store));
            value = YieldOrStarExpressions();
        }

        return new Assign(targets.ToArray(), value) { Start = start, End = lastEnd };
    }

    private static BinaryOperator? AugmentedAt(TokenKind kind) => kind switch
    {
        TokenKind.PlusEqual => BinaryOperator.Add,
        TokenKind.MinusEqual => BinaryOperator.Sub,
        TokenKind.StarEqual => BinaryOperator.Mult,
        TokenKind.AtEqual => BinaryOperator.MatMult,
        TokenKind.SlashEqual => BinaryOperator.Div,
        TokenKind.PercentEqual => BinaryOperator.Mod,
        TokenKind.DoubleStarEqual => BinaryOperator.Pow,
        TokenKind.DoubleSlashEqual => BinaryOperator.FloorDiv,
        TokenKind.LeftShiftEqual => BinaryOperator.LShift,
        TokenKind.RightShiftEqual => BinaryOperator.RShift,
        TokenKind.VerticalBarEqual => BinaryOperator.BitOr,
        TokenKind.CircumflexEqual => BinaryOperator.BitXor,
        TokenKind.AmpersandEqual => BinaryOperator.BitAnd,
        _ => null,
    };
}
