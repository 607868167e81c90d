using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    /// <summary>The parenthesised arguments of a call or, without a generator, of a class.</summary>
    private (Expression[] Arguments, Keyword[] Keywords) CallArguments(bool allowGenerator)
    {
        var start = token.Start;
        Advance();
        var arguments = new List<Expression>();
        var keywords = new List<Keyword>();
        var unpacks = false;
        while (!At(TokenKind.RightParenthesis))
        {
            if (At(TokenKind.DoubleStar) || (At(TokenKind.Name) && Peek(1).Kind == TokenKind.Equal))
            {
                var keyword = KeywordArgument();
                keywords.Add(keyword);
                unpacks |= keyword.Arg is null;
            }
            else
            {
                var argument = PositionalArgument(keywords.Count > 0, unpacks);
                if (StartsComprehension())
                {
                    return allowGenerator && arguments.Count == 0 && keywords.Count == 0
                        ? ([SoleGenerator(start, argument)], [])
                        : throw Fail(argument.Start, "a generator beside other arguments must be parenthesised");
                }

                arguments.Add(argument);
            }

            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.RightParenthesis, "',' or ')'");
        return (arguments.ToArray(), keywords.ToArray());
    }

    private GeneratorExp SoleGenerator(int start, Expression element)
    {
        var generators = Comprehensions(element);
        if (At(TokenKind.Comma))
        {
            throw Fail(element.Start, "a generator beside other arguments must be parenthesised");
        }

        Expect(TokenKind.RightParenthesis, "')'");
        return new GeneratorExp(element, generators) { Start = start, End = lastEnd };
    }

    private Keyword KeywordArgument()
    {
        var start = token.Start;
        string? name = null;
        if (!Accept(TokenKind.DoubleStar))
        {
            name = Identifier("a name");
            Advance();
        }

        var value = ParseExpression();
        return new Keyword(name, value) { Start = start, End = lastEnd };
    }

    private Expression PositionalArgument(bool followsKeyword, bool unpacks)
    {
        var start = token.Start;
        if (Accept(TokenKind.Star))
        {
            var value = ParseExpression();
            return unpacks
                ? throw Fail(start, "iterable argument unpacking follows keyword argument unpacking")
                : new Starred(value, ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        var argument = NamedExpression();
        if (followsKeyword)
        {
            throw Fail(start, $"positional argument follows keyword argument{(unpacks ? " unpacking" : "")}");
        }

        return At(TokenKind.Equal)
            ? throw Fail(start, "only a name can stand before '=' in a call; a comparison is written '=='")
            : argument;
    }

    private Expression Slices()
    {
        var start = token.Start;
        var first = SliceOrStarred();
        if (!At(TokenKind.Comma) && first is not Starred)
        {
            return first;
        }

        var elements = new List<Expression> { first };
        while (Accept(TokenKind.Comma) && !At(TokenKind.RightBracket))
        {
            elements.Add(SliceOrStarred());
        }

        return new Tuple(elements.ToArray(), ExpressionContext.Load) { Start = start, End = lastEnd };
    }

    private Expression SliceOrStarred()
    {
        var start = token.Start;
        if (Accept(TokenKind.Star))
        {
            var value = ParseExpression();
            return new Starred(value, ExpressionContext.Load) { Start = start, End = lastEnd };
        }

        var lower = At(TokenKind.Colon) ? null : NamedExpression();
        if (lower is not null && (!At(TokenKind.Colon) || IsBareWalrus(lower, start)))
        {
            return lower;
        }

        Advance();
        var upper = AtSliceEnd() ? null : ParseExpression();
        var step = Accept(TokenKind.Colon) && !AtSliceEnd() ? ParseExpression() : null;
        return new Slice(lower, upper, step) { Start = start, End = lastEnd };
    }

    private bool AtSliceEnd() => token.Kind is TokenKind.Colon or TokenKind.Comma or TokenKind.RightBracket;

    /// <summary>The parameters up to <paramref name="close"/>, which is not read.</summary>
    private Arguments Parameters(TokenKind close, bool isLambda)
    {
        var start = token.Start;
        var list = new ParameterList();
        while (!At(close))
        {
            if (At(TokenKind.DoubleStar))
            {
                Advance();
                list.KwArg = Parameter(isLambda, isStarred: false);
                Accept(TokenKind.Comma);
                if (!At(close))
                {
                    throw At(TokenKind.Equal)
                        ? Fail(token.Start, "var-keyword argument cannot have a default value")
                        : Unexpected("the end of the parameters after the one with '**'");
                }

                break;
            }

            ReadParameter(list, isLambda);
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        if (list.HasBareStar && list.KwOnlyArgs.Count == 0)
        {
            throw Fail(token.Start, "named parameters must follow a bare '*'");
        }

        return list.ToArguments(start, At(close) ? Math.Max(start, lastEnd) : token.Start);
    }

    private void ReadParameter(ParameterList list, bool isLambda)
    {
        var start = token.Start;
        if (Accept(TokenKind.Slash))
        {
            if (list.Args.Count == 0 || list.PosOnlyArgs.Count > 0 || list.HasStar)
            {
                throw Fail(start, "'/' must follow parameters, once, before '*'");
            }

            list.PosOnlyArgs.AddRange(list.Args);
            list.Args.Clear();
        }
        else if (Accept(TokenKind.Star))
        {
            if (list.HasStar)
            {
                throw Fail(start, "'*' may appear only once in the parameters");
            }

            list.HasStar = true;
            list.HasBareStar = !At(TokenKind.Name);
            list.VarArg = list.HasBareStar ? null : Parameter(isLambda, isStarred: true);
            if (list.VarArg is not null && At(TokenKind.Equal))
            {
                throw Fail(token.Start, "var-positional argument cannot have a default value");
            }
        }
        else
        {
            var parameter = Parameter(isLambda, isStarred: false);
            var value = Accept(TokenKind.Equal) ? ParseExpression() : null;
            if (!list.Add(parameter, value))
            {
                throw Fail(start, "a parameter without a default follows one with a default");
            }
        }
    }

    private Arg Parameter(bool isLambda, bool isStarred)
    {
        var start = token.Start;
        var name = Identifier("a parameter");
        var annotation = isLambda || !Accept(TokenKind.Colon) ? null : isStarred ? StarExpression() : ParseExpression();
        return new Arg(name, annotation) { Start = start, End = lastEnd };
    }

    private sealed class ParameterList
    {
        private readonly List<Expression> defaults = [];
        private readonly List<Expression?> kwDefaults = [];

        public List<Arg> PosOnlyArgs { get; } = [];
        public List<Arg> Args { get; } = [];
        public List<Arg> KwOnlyArgs { get; } = [];
        public Arg? VarArg { get; set; }
        public Arg? KwArg { get; set; }
        public bool HasStar { get; set; }
        public bool HasBareStar { get; set; }

        public bool Add(Arg parameter, Expression? value)
        {
            if (HasStar)
            {
                KwOnlyArgs.Add(parameter);
                kwDefaults.Add(value);
                return true;
            }

            Args.Add(parameter);
            if (value is not null)
            {
                defaults.Add(value);
            }

            return value is not null || defaults.Count == 0;
        }

        public Arguments ToArguments(int start, int end) =>
            new(PosOnlyArgs.ToArray(), Args.ToArray(), VarArg, KwOnlyArgs.ToArray(), kwDefaults.ToArray(), KwArg, defaults.ToArray())
            {
                Start = start,
                End = end,
            };
    }
}
