using System.Globalization;
using System.Text;
using AgentFactory.Core.Notebooks.Python.Unicode;

namespace AgentFactory.Core.Notebooks.Python.Tokens;

/// <summary>What a string literal is worth: prefixes, quotes, escapes, line ends.</summary>
internal static class StringLiterals
{
    /// <param name="Value">A <see cref="string"/> or a <see cref="byte"/> array.</param>
    /// <param name="Fault">What is wrong, and where, counted from the start of the literal.</param>
    public readonly record struct Decoded(object? Value, (int Offset, string Message)? Fault = null);

    /// <summary>Decodes a literal with its prefix and quotes.</summary>
    public static Decoded Decode(ReadOnlySpan<char> literal)
    {
        var quote = literal.IndexOfAny('"', '\'');
        var prefix = literal[..quote];
        var isTriple = literal.Length >= quote + 6 && literal[quote + 1] == literal[quote] && literal[quote + 2] == literal[quote];
        var size = isTriple ? 3 : 1;
        var body = literal[(quote + size)..^size];
        var isRaw = prefix.IndexOfAny('r', 'R') >= 0;
        var decoded = prefix.IndexOfAny('b', 'B') >= 0 ? DecodeBytes(body, isRaw) : DecodeText(body, isRaw);
        return decoded.Fault is { } fault ? new Decoded(null, (fault.Offset + quote + size, fault.Message)) : decoded;
    }

    public static Decoded DecodeText(ReadOnlySpan<char> body, bool isRaw)
    {
        if (isRaw || !body.Contains('\\'))
        {
            return new Decoded(WithPlainLineEnds(body));
        }

        var result = new StringBuilder(body.Length);
        var at = 0;
        while (at < body.Length)
        {
            var step = body[at..].IndexOfAny('\\', '\r');
            if (step < 0)
            {
                result.Append(body[at..]);
                break;
            }

            result.Append(body.Slice(at, step));
            at += step;
            var fault = body[at] == '\r' ? LineEnd(body, ref at, result) : Escape(body, ref at, result);
            if (fault is not null)
            {
                return new Decoded(null, (at, fault));
            }
        }

        return new Decoded(result.ToString());
    }

    /// <summary>The text of a field as <c>{x = }</c> shows it: comments are left out.</summary>
    public static string WithoutComments(string field)
    {
        if (!field.Contains('#', StringComparison.Ordinal))
        {
            return WithPlainLineEnds(field);
        }

        var result = new StringBuilder(field.Length);
        var quote = '\0';
        for (var i = 0; i < field.Length; i++)
        {
            var c = field[i];
            if (quote == '\0' && c == '#')
            {
                var length = field.AsSpan(i).IndexOfAny('\r', '\n');
                i = length < 0 ? field.Length : i + length - 1;
                continue;
            }

            quote = c is '"' or '\'' ? quote == '\0' ? c : quote == c ? '\0' : quote : quote;
            result.Append(c);
        }

        return WithPlainLineEnds(result.ToString());
    }

    private static string WithPlainLineEnds(ReadOnlySpan<char> body)
    {
        var text = body.ToString();
        return text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\r").Replace('\r', '\n') : text;
    }

    private static string? LineEnd(ReadOnlySpan<char> body, ref int at, StringBuilder result)
    {
        at += at + 1 < body.Length && body[at + 1] == '\n' ? 2 : 1;
        result.Append('\n');
        return null;
    }

    /// <summary>One escape at <paramref name="at"/>, appended; the answer is what is wrong with it.</summary>
    private static string? Escape(ReadOnlySpan<char> body, ref int at, StringBuilder result)
    {
        var letter = at + 1 < body.Length ? body[at + 1] : '\0';
        switch (letter)
        {
            case 'x':
                return Hex(body, ref at, 2, result);
            case 'u':
                return Hex(body, ref at, 4, result);
            case 'U':
                return Hex(body, ref at, 8, result);
            case 'N':
                return Named(body, ref at, result);
            case >= '0' and <= '7':
                result.Append((char)Octal(body, ref at));
                return null;
            default:
                AppendSimple(body, ref at, static (to, value) => to.Append((char)value), result);
                return null;
        }
    }

    private static string? Hex(ReadOnlySpan<char> body, ref int at, int digits, StringBuilder result)
    {
        if (!TryHex(body, at + 2, digits, out var value))
        {
            return $"truncated \\{body[at + 1]} escape: it takes {digits} hexadecimal digits";
        }

        if (value > 0x10FFFF)
        {
            return "illegal Unicode character";
        }

        at += digits + 2;
        AppendCodePoint(result, (int)value);
        return null;
    }

    private static bool TryHex(ReadOnlySpan<char> body, int at, int digits, out uint value)
    {
        value = 0;
        return at + digits <= body.Length && body.Slice(at, digits).IndexOfAnyExcept(HexDigits) < 0
            && uint.TryParse(body.Slice(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static void AppendCodePoint(StringBuilder result, int value)
    {
        if (value < 0x10000)
        {
            result.Append((char)value);
        }
        else
        {
            result.Append(char.ConvertFromUtf32(value));
        }
    }

    private static string? Named(ReadOnlySpan<char> body, ref int at, StringBuilder result)
    {
        var end = body[at..].IndexOf('}');
        if (at + 2 >= body.Length || body[at + 2] != '{' || end < 0)
        {
            return "malformed \\N character escape: it is written \\N{NAME}";
        }

        if (UnicodeNames.Find(body.Slice(at + 3, end - 3)) is not { } characters)
        {
            return "unknown Unicode character name";
        }

        at += end + 1;
        result.Append(characters);
        return null;
    }

    private static int Octal(ReadOnlySpan<char> body, ref int at)
    {
        var value = 0;
        at++;
        for (var i = 0; i < 3 && at < body.Length && body[at] is >= '0' and <= '7'; i++, at++)
        {
            value = (value * 8) + body[at] - '0';
        }

        return value;
    }

    private static Decoded DecodeBytes(ReadOnlySpan<char> body, bool isRaw)
    {
        var wide = body.IndexOfAnyExceptInRange('\0', '\x7F');
        if (wide >= 0)
        {
            return new Decoded(null, (wide, "bytes can only contain ASCII literal characters"));
        }

        var result = new List<byte>(body.Length);
        var at = 0;
        while (at < body.Length)
        {
            if (body[at] == '\r')
            {
                at += at + 1 < body.Length && body[at + 1] == '\n' ? 2 : 1;
                result.Add((byte)'\n');
            }
            else if (isRaw || body[at] != '\\')
            {
                result.Add((byte)body[at++]);
            }
            else if (at + 1 < body.Length && body[at + 1] == 'x')
            {
                if (!TryHex(body, at + 2, 2, out var value))
                {
                    return new Decoded(null, (at, "invalid \\x escape: it takes 2 hexadecimal digits"));
                }

                result.Add((byte)value);
                at += 4;
            }
            else if (at + 1 < body.Length && body[at + 1] is >= '0' and <= '7')
            {
                result.Add((byte)Octal(body, ref at));
            }
            else
            {
                AppendSimple(body, ref at, static (to, value) => to.Add((byte)value), result);
            }
        }

        return new Decoded(result.ToArray());
    }

    /// <summary>An escape of one letter or of a line end; an unknown one stays as it is written.</summary>
    private static void AppendSimple<T>(ReadOnlySpan<char> body, ref int at, Action<T, int> append, T result)
    {
        var letter = at + 1 < body.Length ? body[at + 1] : '\0';
        if (letter is '\n' or '\r')
        {
            at += letter == '\r' && at + 2 < body.Length && body[at + 2] == '\n' ? 3 : 2;
            return;
        }

        var value = letter switch
        {
            '\\' or '\'' or '"' => letter,
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => -1,
        };
        append(result, value >= 0 ? value : '\\');
        at += value >= 0 ? 2 : 1;
    }
}
