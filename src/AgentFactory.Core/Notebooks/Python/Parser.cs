using System.Runtime.CompilerServices;
using System.Text;
using AgentFactory.Core.Notebooks.Python.Tokens;
using AgentFactory.Core.Notebooks.Python.Unicode;

namespace AgentFactory.Core.Notebooks.Python;

/// <summary>
/// A recursive-descent parser of Python 3.14's grammar over one text; parts of the grammar are in the files beside this one. Methods are
/// named by what they read, leave <see cref="token"/> on the first token after it, and throw <see cref="PythonSyntaxException"/>.
/// </summary>
/// <remarks>
/// Time is linear: operators and trailers loop, and only a parenthesised <c>with</c> is ever read twice. Recursion is counted
/// (<see cref="Enter"/>), and what loops can pile up (<see cref="Link"/>) is measured afterwards, where it could be too deep.
/// </remarks>
internal sealed partial class Parser
{
    /// <summary>Levels of the grammar between two counted ones, at most: below this no tree can be too deep.</summary>
    private const int SafeRecursion = SyntaxLimits.MaxDepth / 20;

    private const int CompactAfter = 4096;

    private readonly SourceText source;
    private readonly string text;
    private readonly List<Token> buffer = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> namesBySpan;
    private Lexer lexer;
    private int next;
    private int holds;
    private Token token;
    private int lastEnd;
    private int depth;
    private int links;
    private bool maybeTooDeep;

    public Parser(SourceText source, int start = 0)
    {
        this.source = source;
        text = source.Text;
        namesBySpan = names.GetAlternateLookup<ReadOnlySpan<char>>();
        lexer = new Lexer(text, start);
        token = Peek(0);
    }

    /// <summary>Begins again at the start of a line, outside every block and bracket.</summary>
    private void Restart(int offset)
    {
        lexer = new Lexer(text, offset);
        buffer.Clear();
        next = holds = depth = links = 0;
        maybeTooDeep = false;
        lastEnd = offset;
        token = Peek(0);
    }

    private Token Peek(int ahead)
    {
        while (buffer.Count <= next + ahead)
        {
            buffer.Add(lexer.Next());
        }

        return buffer[next + ahead];
    }

    private bool At(TokenKind kind) => token.Kind == kind;

    private void Advance()
    {
        if (token.Kind is not (TokenKind.NewLine or TokenKind.Indent or TokenKind.Dedent))
        {
            lastEnd = token.End;
        }

        next++;
        if (next >= CompactAfter && holds == 0)
        {
            buffer.RemoveRange(0, next);
            next = 0;
        }

        token = Peek(0);
    }

    private bool Accept(TokenKind kind)
    {
        if (token.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(TokenKind kind, string what)
    {
        if (token.Kind != kind)
        {
            throw Unexpected(what);
        }

        Advance();
    }

    /// <summary>Goes back to a place seen before; valid while <see cref="holds"/> keeps the tokens.</summary>
    private void Return(int to, int end)
    {
        next = to;
        token = Peek(0);
        lastEnd = end;
    }

    private string Identifier(string what)
    {
        if (!At(TokenKind.Name))
        {
            throw Unexpected(what);
        }

        var name = Text(token);
        Advance();
        return name;
    }

    /// <summary>The text of a name, normalised as Python compares names, one string per name.</summary>
    private string Text(Token name)
    {
        var span = text.AsSpan(name.Start, name.End - name.Start);
        if (!Ascii.IsValid(span))
        {
            return Nfkc.Normalize(span.ToString());
        }

        if (!namesBySpan.TryGetValue(span, out var known))
        {
            known = span.ToString();
            names.Add(known);
        }

        return known;
    }

    private bool IsName(Token candidate, string name) =>
        candidate.Kind == TokenKind.Name && text.AsSpan(candidate.Start, candidate.End - candidate.Start).SequenceEqual(name);

    private void Enter()
    {
        depth++;
        maybeTooDeep |= depth > SafeRecursion;
        if (depth > SyntaxLimits.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fail(token.Start, "too many nested levels");
        }
    }

    private void Leave() => depth--;

    /// <summary>One more level by a loop: <c>a.b</c>, <c>a + b</c>, <c>elif</c>.</summary>
    private void Link() => maybeTooDeep |= ++links > SyntaxLimits.MaxDepth / 2;

    /// <summary>Refuses a tree that is too deep for those who walk it.</summary>
    private void CheckDepth(Node root)
    {
        var open = new Stack<(Node Node, int Level)>();
        open.Push((root, 1));
        while (open.TryPop(out var top))
        {
            if (top.Level > SyntaxLimits.MaxDepth)
            {
                throw Fail(top.Node.Start, "too many nested levels");
            }

            foreach (var child in top.Node.Children)
            {
                open.Push((child, top.Level + 1));
            }
        }
    }

    private PythonSyntaxException Fail(int offset, string message)
    {
        var place = source.Position(Math.Min(offset, text.Length));
        return new PythonSyntaxException(place.Line, place.Column, message) { Offset = offset };
    }

    /// <summary>The error for a token that no rule takes here.</summary>
    private PythonSyntaxException Unexpected(string expected)
    {
        if (token.Kind == TokenKind.Error)
        {
            return Fail(lexer.Fault!.Value.Offset, lexer.Fault.Value.Message);
        }

        var open = lexer.OpenBracket is { } bracket && source.LineAt(bracket) < source.LineAt(token.Start)
            ? $"; '{text[bracket]}' on line {source.LineAt(bracket)} is still open"
            : "";
        return Fail(token.Start, $"expected {expected}, found {Describe(token)}{open}");
    }

    private string Describe(Token found) => found.Kind switch
    {
        TokenKind.End => "the end of the file",
        TokenKind.NewLine => "the end of the line",
        TokenKind.Indent => "an indented line",
        TokenKind.Dedent => "the end of the block",
        TokenKind.StringText => "text",
        _ when found.End - found.Start > 40 => $"'{text.AsSpan(found.Start, 40)}…'",
        _ => $"'{text.AsSpan(found.Start, found.End - found.Start)}'",
    };
}
