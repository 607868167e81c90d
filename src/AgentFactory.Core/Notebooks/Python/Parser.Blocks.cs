using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>A statement with blocks; null when the token begins none.</summary>
    private Statement? CompoundStatement() => token.Kind switch
    {
        TokenKind.If => IfStatement(),
        TokenKind.For => ForStatement(token.Start, isAsync: false),
        TokenKind.While => WhileStatement(),
        TokenKind.Try => TryStatement(),
        TokenKind.With => WithStatement(token.Start, isAsync: false),
        TokenKind.Def => FunctionDefinition(token.Start, [], isAsync: false),
        TokenKind.Class => ClassDefinition([]),
        TokenKind.At => Decorated(),
        TokenKind.Async => AsyncStatement([]),
        TokenKind.Name when StartsMatch() => MatchStatement(),
        _ => null,
    };

    private Statement[] Block(string owner)
    {
        Expect(TokenKind.Colon, "':'");
        var statements = new List<Statement>();
        if (!Accept(TokenKind.NewLine))
        {
            Enter();
            SimpleStatements(statements);
            Leave();
            return statements.ToArray();
        }

        Expect(TokenKind.Indent, $"an indented block after {owner}");
        while (!Accept(TokenKind.Dedent))
        {
            Statement(statements);
        }

        return statements.ToArray();
    }

    private Statement[] ElseBlock() => Accept(TokenKind.Else) ? Block("'else'") : [];

    /// <summary>An <c>elif</c> chain is read in a loop and nested from its end.</summary>
    private If IfStatement()
    {
        var branches = new List<(int Start, Expression Test, Statement[] Body)>();
        do
        {
            var start = token.Start;
            Advance();
            var test = NamedExpression();
            branches.Add((start, test, Block("'if'")));
        }
        while (At(TokenKind.Elif));
        maybeTooDeep |= branches.Count > SyntaxLimits.MaxDepth / 2;
        Statement[] otherwise = ElseBlock();
        for (var i = branches.Count - 1; i > 0; i--)
        {
            otherwise = [new If(branches[i].Test, branches[i].Body, otherwise) { Start = branches[i].Start, End = lastEnd }];
        }

        return new If(branches[0].Test, branches[0].Body, otherwise) { Start = branches[0].Start, End = lastEnd };
    }

    private While WhileStatement()
    {
        var start = token.Start;
        Advance();
        var test = NamedExpression();
        var body = Block("'while'");
        var otherwise = ElseBlock();
        return new While(test, body, otherwise) { Start = start, End = lastEnd };
    }

    private For ForStatement(int start, bool isAsync)
    {
        Advance();
        var target = Targets();
        Expect(TokenKind.In, "'in'");
        var iterable = StarExpressions();
        var body = Block("'for'");
        var otherwise = ElseBlock();
        return new For(target, iterable, body, otherwise, isAsync) { Start = start, End = lastEnd };
    }

    private Statement AsyncStatement(Expression[] decorators)
    {
        var start = token.Start;
        Advance();
        return token.Kind switch
        {
            TokenKind.Def => FunctionDefinition(start, decorators, isAsync: true),
            TokenKind.For when decorators.Length == 0 => ForStatement(start, isAsync: true),
            TokenKind.With when decorators.Length == 0 => WithStatement(start, isAsync: true),
            _ => throw Unexpected("'def', 'for' or 'with' after 'async'"),
        };
    }

    private Statement Decorated()
    {
        var decorators = new List<Expression>();
        while (Accept(TokenKind.At))
        {
            decorators.Add(NamedExpression());
            Expect(TokenKind.NewLine, "the end of the line after a decorator");
        }

        return token.Kind switch
        {
            TokenKind.Def => FunctionDefinition(token.Start, decorators.ToArray(), isAsync: false),
            TokenKind.Class => ClassDefinition(decorators.ToArray()),
            TokenKind.Async => AsyncStatement(decorators.ToArray()),
            _ => throw Unexpected("a function or class after a decorator"),
        };
    }

    private FunctionDef FunctionDefinition(int start, Expression[] decorators, bool isAsync)
    {
        Advance();
        var name = Identifier("the name of the function");
        var typeParameters = TypeParameters();
        Expect(TokenKind.LeftParenthesis, "'('");
        var parameters = Parameters(TokenKind.RightParenthesis, isLambda: false);
        Expect(TokenKind.RightParenthesis, "',' or ')'");
        var returns = Accept(TokenKind.Arrow) ? ParseExpression() : null;
        var body = Block("the function");
        return new FunctionDef(name, parameters, body, decorators, returns, typeParameters, isAsync) { Start = start, End = lastEnd };
    }

    private ClassDef ClassDefinition(Expression[] decorators)
    {
        var start = token.Start;
        Advance();
        var name = Identifier("the name of the class");
        var typeParameters = TypeParameters();
        var (bases, keywords) = At(TokenKind.LeftParenthesis) ? CallArguments(allowGenerator: false) : ([], []);
        var body = Block("the class");
        return new ClassDef(name, bases, keywords, body, decorators, typeParameters) { Start = start, End = lastEnd };
    }

    private TypeParameter[] TypeParameters()
    {
        if (!Accept(TokenKind.LeftBracket))
        {
            return [];
        }

        var parameters = new List<TypeParameter>();
        do
        {
            if (parameters.Count > 0 && At(TokenKind.RightBracket))
            {
                break;
            }

            parameters.Add(TypeParameter());
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightBracket, "',' or ']'");
        return parameters.ToArray();
    }

    private TypeParameter TypeParameter()
    {
        var start = token.Start;
        if (Accept(TokenKind.Star))
        {
            var name = Identifier("a name after '*'");
            var value = Accept(TokenKind.Equal) ? StarExpression() : null;
            return new TypeVarTuple(name, value) { Start = start, End = lastEnd };
        }

        if (Accept(TokenKind.DoubleStar))
        {
            var name = Identifier("a name after '**'");
            var value = Accept(TokenKind.Equal) ? ParseExpression() : null;
            return new ParamSpec(name, value) { Start = start, End = lastEnd };
        }

        var variable = Identifier("a type parameter");
        var bound = Accept(TokenKind.Colon) ? ParseExpression() : null;
        var standard = Accept(TokenKind.Equal) ? ParseExpression() : null;
        return new TypeVar(variable, bound, standard) { Start = start, End = lastEnd };
    }

    private Try TryStatement()
    {
        var start = token.Start;
        Advance();
        var body = Block("'try'");
        var handlers = new List<ExceptHandler>();
        bool? isStar = null;
        while (At(TokenKind.Except))
        {
            var handlerStart = token.Start;
            handlers.Add(Handler(out var hasStar));
            if (isStar is { } before && before != hasStar)
            {
                throw Fail(handlerStart, "'except' and 'except*' cannot stand on the same 'try'");
            }

            isStar = hasStar;
        }

        var otherwise = handlers.Count > 0 ? ElseBlock() : [];
        var final = Accept(TokenKind.Finally) ? Block("'finally'") : [];
        return handlers.Count == 0 && final.Length == 0
            ? throw Unexpected("'except' or 'finally' after the block of 'try'")
            : new Try(body, handlers.ToArray(), otherwise, final, isStar == true) { Start = start, End = lastEnd };
    }

    private ExceptHandler Handler(out bool hasStar)
    {
        var start = token.Start;
        Advance();
        hasStar = Accept(TokenKind.Star);
        var type = !hasStar && At(TokenKind.Colon) ? null : HandledTypes();
        var name = type is not null && Accept(TokenKind.As) ? Identifier("a name after 'as'") : null;
        if (name is not null && type is Tuple tuple && text[tuple.Start] != '(')
        {
            throw Fail(tuple.Start, "several exception types must be parenthesised when 'as' follows");
        }

        var body = Block("'except'");
        return new ExceptHandler(type, name, body) { Start = start, End = lastEnd };
    }

    private Expression HandledTypes()
    {
        var start = token.Start;
        var first = ParseExpression();
        if (!At(TokenKind.Comma))
        {
            return first;
        }

        var types = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && StartsExpression(token.Kind))
        {
            types.Add(ParseExpression());
        }

        return new Tuple(types.ToArray(), ExpressionContext.Load) { Start = start, End = lastEnd };
    }
}
