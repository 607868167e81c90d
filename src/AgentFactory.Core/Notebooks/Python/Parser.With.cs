using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    private With WithStatement(int start, bool isAsync)
    {
        Advance();
        var items = ParenthesisedItems() ?? Items();
        var body = Block("'with'");
        return new With(items, body, isAsync) { Start = start, End = lastEnd };
    }

    private WithItem[] Items()
    {
        var items = new List<WithItem>();
        do
        {
            items.Add(Item());
        }
        while (Accept(TokenKind.Comma));
        return items.ToArray();
    }

    private WithItem Item()
    {
        var start = token.Start;
        var context = ParseExpression();
        var target = Accept(TokenKind.As) ? Target() : null;
        return target is Starred
            ? throw Fail(target.Start, "cannot assign to a starred expression here")
            : new WithItem(context, target) { Start = start, End = lastEnd };
    }

    /// <summary>
    /// <c>with (a as b, c):</c> is items in parentheses; <c>with (a, b) as c:</c>, <c>with (yield):</c>, <c>with (a)():</c> aren't.
    /// Only the first form has its colon right after the parenthesis and nothing but items inside; otherwise null, with nothing read.
    /// </summary>
    private WithItem[]? ParenthesisedItems()
    {
        if (!At(TokenKind.LeftParenthesis) || !ColonFollowsParenthesis())
        {
            return null;
        }

        var (back, end) = (next, lastEnd);
        holds++;
        Advance();
        var items = new List<WithItem>();
        while (token.Kind is not (TokenKind.RightParenthesis or TokenKind.Star or TokenKind.Yield))
        {
            items.Add(Item());
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        holds--;
        if (items.Count > 0 && Accept(TokenKind.RightParenthesis))
        {
            return items.ToArray();
        }

        Return(back, end);
        return null;
    }

    private bool ColonFollowsParenthesis()
    {
        var open = 0;
        for (var ahead = 0; ; ahead++)
        {
            switch (Peek(ahead).Kind)
            {
                case TokenKind.LeftParenthesis or TokenKind.LeftBracket or TokenKind.LeftBrace:
                    open++;
                    break;
                case TokenKind.RightParenthesis or TokenKind.RightBracket or TokenKind.RightBrace when --open == 0:
                    return Peek(ahead + 1).Kind == TokenKind.Colon;
                case TokenKind.End or TokenKind.Error or TokenKind.NewLine:
                    return false;
                default:
                    break;
            }
        }
    }
}
