using System.Globalization;
using System.Numerics;

namespace AgentFactory.Core.Notebooks.Python.Tokens;

/// <summary>Numbers: where one ends, and what it is worth.</summary>
internal static class NumberLiterals
{
    /// <summary>Moves <paramref name="at"/> to the end of the number there; the answer is what is wrong with it, or null.</summary>
    public static string? Scan(string text, ref int at)
    {
        if (Peek(text, at) == '0')
        {
            switch (Peek(text, at + 1) | 0x20)
            {
                case 'x':
                    return ScanBase(text, ref at, "hexadecimal", char.IsAsciiHexDigit);
                case 'o':
                    return ScanBase(text, ref at, "octal", static c => c is >= '0' and <= '7');
                case 'b':
                    return ScanBase(text, ref at, "binary", static c => c is '0' or '1');
                default:
                    break;
            }
        }

        return ScanDecimal(text, ref at);
    }

    /// <summary>
    /// The value of a number that <see cref="Scan"/> accepted: a <see cref="BigInteger"/>, <see cref="double"/> or <see cref="Complex"/>;
    /// null for a decimal integer beyond <see cref="SyntaxLimits.MaxDecimalDigits"/>.
    /// </summary>
    public static object? Value(ReadOnlySpan<char> literal)
    {
        Span<char> digits = literal.Length <= 256 ? stackalloc char[literal.Length] : new char[literal.Length];
        var count = 0;
        foreach (var c in literal)
        {
            if (c != '_')
            {
                digits[count++] = c;
            }
        }

        digits = digits[..count];
        if (count > 1 && digits[0] == '0' && char.IsAsciiLetter(digits[1]) && (digits[1] | 0x20) is 'x' or 'o' or 'b')
        {
            return BaseValue(digits[2..], digits[1] | 0x20);
        }

        if ((digits[^1] | 0x20) == 'j')
        {
            return new Complex(0, FloatValue(digits[..^1]));
        }

        if (digits.IndexOfAny('.', 'e', 'E') >= 0)
        {
            return FloatValue(digits);
        }

        return digits.Length > SyntaxLimits.MaxDecimalDigits
            ? null
            : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static double FloatValue(ReadOnlySpan<char> digits) => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static BigInteger BaseValue(ReadOnlySpan<char> digits, int letter)
    {
        if (letter == 'x')
        {
            return BigInteger.Parse($"0{digits}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        if (letter == 'b')
        {
            return BigInteger.Parse($"0{digits}", NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
        }

        Span<char> bits = new char[digits.Length * 3];
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[i] - '0';
            bits[3 * i] = (char)('0' + (digit >> 2));
            bits[(3 * i) + 1] = (char)('0' + ((digit >> 1) & 1));
            bits[(3 * i) + 2] = (char)('0' + (digit & 1));
        }

        return BigInteger.Parse($"0{bits}", NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
    }

    private static string? ScanBase(string text, ref int at, string kind, Func<char, bool> isDigit)
    {
        at += 2;
        do
        {
            if (Peek(text, at) == '_')
            {
                at++;
            }

            if (!isDigit(Peek(text, at)))
            {
                return char.IsAsciiDigit(Peek(text, at)) ? InvalidDigit(text, at, kind) : $"invalid {kind} literal";
            }

            while (isDigit(Peek(text, at)))
            {
                at++;
            }
        }
        while (Peek(text, at) == '_');

        return char.IsAsciiDigit(Peek(text, at)) ? InvalidDigit(text, at, kind) : CheckEnd(text, at, kind);
    }

    private static string InvalidDigit(string text, int at, string kind) => $"invalid digit '{text[at]}' in {kind} literal";

    private static string? ScanDecimal(string text, ref int at)
    {
        var start = at;
        var isInteger = true;
        if (Peek(text, at) != '.' && !SkipDigits(text, ref at))
        {
            return "invalid decimal literal";
        }

        var digits = text.AsSpan(start, at - start);
        if (Peek(text, at) == '.')
        {
            isInteger = false;
            at++;
            if (char.IsAsciiDigit(Peek(text, at)) && !SkipDigits(text, ref at))
            {
                return "invalid decimal literal";
            }
        }

        if ((Peek(text, at) | 0x20) == 'e' && ExponentDigits(text, at) is > 0 and var exponent)
        {
            isInteger = false;
            at = exponent;
            if (!SkipDigits(text, ref at))
            {
                return "invalid decimal literal";
            }
        }

        if ((Peek(text, at) | 0x20) == 'j')
        {
            at++;
            return CheckEnd(text, at, "imaginary");
        }

        if (isInteger && digits[0] == '0' && digits.ContainsAnyExcept('0', '_'))
        {
            return "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
        }

        return CheckEnd(text, at, "decimal");
    }

    /// <summary>Where the digits of the exponent at <paramref name="at"/> begin; 0 when it is no exponent (<c>1else</c>).</summary>
    private static int ExponentDigits(string text, int at)
    {
        var digits = Peek(text, at + 1) is '+' or '-' ? at + 2 : at + 1;
        return char.IsAsciiDigit(Peek(text, digits)) ? digits : 0;
    }

    /// <summary>Digits with single underscores between them; false when an underscore is not followed by a digit.</summary>
    private static bool SkipDigits(string text, ref int at)
    {
        while (true)
        {
            while (char.IsAsciiDigit(Peek(text, at)))
            {
                at++;
            }

            if (Peek(text, at) != '_')
            {
                return true;
            }

            at++;
            if (!char.IsAsciiDigit(Peek(text, at)))
            {
                return false;
            }
        }
    }

    /// <summary>A number ends before a name only where that is an operator or clause: <c>1if x else 2</c>.</summary>
    private static string? CheckEnd(string text, int at, string kind)
    {
        var end = Identifiers.End(text, at);
        if (end == at)
        {
            return null;
        }

        var rest = text.AsSpan(at);
        return rest is ['a', 'n', 'd', ..] or ['e', 'l', 's', 'e', ..] or ['f', 'o', 'r', ..] or ['i', 'f' or 'n' or 's', ..]
            or ['n', 'o', 't', ..] or ['o', 'r', ..]
            ? null
            : $"invalid {kind} literal";
    }

    private static char Peek(string text, int at) => at < text.Length ? text[at] : '\0';
}
