using System.Text;

namespace AgentFactory.Core.Notebooks.Python.Tokens;

internal sealed partial class Lexer
{
    private Token Operator()
    {
        var c = text[at];
        switch (c)
        {
            case '(':
                return Open(TokenKind.LeftParenthesis);
            case '[':
                return Open(TokenKind.LeftBracket);
            case '{':
                return Open(TokenKind.LeftBrace);
            case ')':
                return Close(TokenKind.RightParenthesis, '(');
            case ']':
                return Close(TokenKind.RightBracket, '[');
            case '}':
                return Close(TokenKind.RightBrace, '{');
            case ':' when AtFieldLevel:
                fields[^1] = fields[^1] with { InText = true, InFormat = true };
                return Take(TokenKind.Colon, 1);
            case '!' when Peek(1) != '=':
                return fields.Count > 0 ? Take(TokenKind.Exclamation, 1) : Unexpected();
            case '.':
                return Peek(1) == '.' && Peek(2) == '.' ? Take(TokenKind.Ellipsis, 3) : Take(TokenKind.Dot, 1);
            default:
                var (kind, length) = Match(c, Peek(1), Peek(2));
                return length == 0 ? Unexpected() : Take(kind, length);
        }
    }

    private static (TokenKind Kind, int Length) Match(char first, char second, char third) => (first, second, third) switch
    {
        ('*', '*', '=') => (TokenKind.DoubleStarEqual, 3),
        ('/', '/', '=') => (TokenKind.DoubleSlashEqual, 3),
        ('<', '<', '=') => (TokenKind.LeftShiftEqual, 3),
        ('>', '>', '=') => (TokenKind.RightShiftEqual, 3),
        ('*', '*', _) => (TokenKind.DoubleStar, 2),
        ('/', '/', _) => (TokenKind.DoubleSlash, 2),
        ('<', '<', _) => (TokenKind.LeftShift, 2),
        ('>', '>', _) => (TokenKind.RightShift, 2),
        ('-', '>', _) => (TokenKind.Arrow, 2),
        ('=', '=', _) => (TokenKind.EqualEqual, 2),
        ('!', '=', _) => (TokenKind.NotEqual, 2),
        ('<', '=', _) => (TokenKind.LessEqual, 2),
        ('>', '=', _) => (TokenKind.GreaterEqual, 2),
        (':', '=', _) => (TokenKind.ColonEqual, 2),
        ('+', '=', _) => (TokenKind.PlusEqual, 2),
        ('-', '=', _) => (TokenKind.MinusEqual, 2),
        ('*', '=', _) => (TokenKind.StarEqual, 2),
        ('@', '=', _) => (TokenKind.AtEqual, 2),
        ('/', '=', _) => (TokenKind.SlashEqual, 2),
        ('%', '=', _) => (TokenKind.PercentEqual, 2),
        ('|', '=', _) => (TokenKind.VerticalBarEqual, 2),
        ('^', '=', _) => (TokenKind.CircumflexEqual, 2),
        ('&', '=', _) => (TokenKind.AmpersandEqual, 2),
        _ => MatchOne(first),
    };

    private static (TokenKind Kind, int Length) MatchOne(char c) => c switch
    {
        ',' => (TokenKind.Comma, 1),
        ':' => (TokenKind.Colon, 1),
        ';' => (TokenKind.Semicolon, 1),
        '=' => (TokenKind.Equal, 1),
        '+' => (TokenKind.Plus, 1),
        '-' => (TokenKind.Minus, 1),
        '*' => (TokenKind.Star, 1),
        '@' => (TokenKind.At, 1),
        '/' => (TokenKind.Slash, 1),
        '%' => (TokenKind.Percent, 1),
        '|' => (TokenKind.VerticalBar, 1),
        '^' => (TokenKind.Circumflex, 1),
        '&' => (TokenKind.Ampersand, 1),
        '~' => (TokenKind.Tilde, 1),
        '<' => (TokenKind.Less, 1),
        '>' => (TokenKind.Greater, 1),
        _ => (TokenKind.Error, 0),
    };

    private Token Take(TokenKind kind, int length)
    {
        at += length;
        return new Token(kind, at - length, at);
    }

    private Token Open(TokenKind kind)
    {
        if (brackets.Count >= SyntaxLimits.MaxBrackets)
        {
            return Fail(at, "too many nested brackets");
        }

        brackets.Add(new Bracket(text[at], at));
        return Take(kind, 1);
    }

    private Token Close(TokenKind kind, char open)
    {
        if (brackets.Count == 0)
        {
            return Fail(at, $"unmatched '{text[at]}'");
        }

        var last = brackets[^1];
        if (last.Open != open)
        {
            return Fail(at, $"closing '{text[at]}' does not match the opening '{last.Open}'");
        }

        if (AtFieldLevel)
        {
            fields[^1] = fields[^1].AfterField();
        }

        brackets.RemoveAt(brackets.Count - 1);
        return Take(kind, 1);
    }

    private Token Unexpected()
    {
        Rune.TryGetRuneAt(text, at, out var rune);
        return Fail(at, text[at] switch
        {
            '\0' => "source code cannot contain null bytes",
            '$' or '?' or '`' or '!' => $"unexpected character '{text[at]}'",
            _ => $"invalid character (U+{(rune.Value == 0 ? text[at] : rune.Value):X4})",
        });
    }
}
