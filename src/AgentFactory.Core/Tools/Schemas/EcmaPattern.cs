using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// Writes an ECMAScript pattern (with the <c>u</c> flag, as JSON Schema means it) in .NET's dialect: ASCII <c>\d</c> and <c>\w</c>,
/// <c>$</c> only at the very end, characters beyond the basic plane as one character, no class subtraction.
/// </summary>
/// <remarks>Looser than the u flag: an escaped mark (<c>\@</c>) and a lone brace stand for themselves. <c>\b</c> and <c>\B</c> keep .NET's
/// meaning, which counts letters of every script as part of a word; <c>\p</c> sees the basic plane only.</remarks>
internal sealed class EcmaPattern
{
    private static readonly string[] GroupKinds = ["?:", "?=", "?!", "?<=", "?<!", "?<"];

    private readonly string _source;
    private readonly StringBuilder _out = new();
    private int _at;

    private EcmaPattern(string source) => _source = source;

    /// <summary>Throws <see cref="FormatException"/> for what ECMAScript doesn't have.</summary>
    public static string ToDotNet(string source) => new EcmaPattern(source).Translate();

    private bool More => _at < _source.Length;

    private string Translate()
    {
        while (More)
        {
            var c = _source[_at++];
            switch (c)
            {
                case '\\':
                    Escape();
                    break;
                case '[':
                    Class();
                    break;
                case '.':
                    _out.Append(EcmaClass.LineEnds.Write(negated: true));
                    break;
                case '$':
                    _out.Append(@"\z");
                    break;
                case '(':
                    Group();
                    break;
                case '^' or '|' or ')' or '*' or '+' or '?':
                    _out.Append(c);
                    break;
                case '{':
                    Quantifier();
                    break;
                default:
                    Literal(Rune(c));
                    break;
            }
        }
        return _out.ToString();
    }

    private void Group()
    {
        _out.Append('(');
        if (!At('?')) return;
        var rest = _source.AsSpan(_at);
        var kind = GroupKinds.FirstOrDefault(k => _source.AsSpan(_at).StartsWith(k, StringComparison.Ordinal))
            ?? throw new FormatException($"'({rest[..Math.Min(3, rest.Length)]}' is not a group ECMAScript knows");
        _out.Append(kind);
        _at += kind.Length;
        if (kind != "?<") return;
        var end = _source.IndexOf('>', _at);
        if (end < 0) throw new FormatException("the name of a group has no end");
        _out.Append(_source, _at, end + 1 - _at);
        _at = end + 1;
    }

    private void Quantifier()
    {
        var end = _source.IndexOf('}', _at);
        var inside = end < 0 ? "" : _source[_at..end];
        var isCount = inside.Split(',') is [{ Length: > 0 } least, ..] counts && counts.Length <= 2
            && least.All(char.IsAsciiDigit) && counts[^1].All(char.IsAsciiDigit);
        _out.Append(isCount ? $"{{{inside}}}" : @"\{");
        if (isCount) _at = end + 1;
    }

    private void Escape()
    {
        var c = Next();
        switch (c)
        {
            case 'd' or 'w' or 's' or 'D' or 'W' or 'S':
                _out.Append(EcmaClass.Named(c).Write(negated: char.IsUpper(c)));
                break;
            case 'b' or 'B':
                _out.Append('\\').Append(c);
                break;
            case >= '1' and <= '9':
                _out.Append(@"(?:\").Append(c);
                while (More && char.IsAsciiDigit(_source[_at])) _out.Append(_source[_at++]);
                _out.Append(')');
                break;
            case 'k' when At('<') && _source.IndexOf('>', _at) is > 0 and var end:
                _out.Append(@"\k").Append(_source, _at, end + 1 - _at);
                _at = end + 1;
                break;
            case 'p' or 'P':
                _out.Append(Category(c));
                break;
            default:
                Literal(Character(c));
                break;
        }
    }

    private void Class()
    {
        var set = new EcmaClass();
        var negated = At('^');
        if (negated) _at++;
        while (!At(']'))
        {
            var first = Member(set);
            if (!At('-') || _at + 1 >= _source.Length || _source[_at + 1] == ']')
            {
                if (first is { } single) set.Add(single, single);
                continue;
            }
            _at++;
            var last = Member(set);
            if (first is not { } low || last is not { } high)
                throw new FormatException("a range in a class needs a character at both ends");
            if (low > high) throw new FormatException("a range in a class runs backwards");
            set.Add(low, high);
        }
        _at++;
        _out.Append(set.Write(negated));
    }

    /// <summary>One character of a class; null when it was a set of them, which is then in <paramref name="set"/>.</summary>
    private int? Member(EcmaClass set)
    {
        var c = Next();
        if (c != '\\') return Rune(c);
        c = Next();
        switch (c)
        {
            case 'd' or 'w' or 's' or 'D' or 'W' or 'S':
                set.Add(EcmaClass.Named(c), negated: char.IsUpper(c));
                return null;
            case 'p' or 'P':
                set.AddCategory(Category(c));
                return null;
            case 'b':
                return '\b';
            default:
                return Character(c);
        }
    }

    /// <summary>The code point that an escape stands for; <paramref name="c"/> was read.</summary>
    private int Character(char c) => c switch
    {
        't' => '\t',
        'n' => '\n',
        'v' => '\v',
        'f' => '\f',
        'r' => '\r',
        '0' when !More || !char.IsAsciiDigit(_source[_at]) => 0,
        'c' when More && char.IsAsciiLetter(_source[_at]) => _source[_at++] % 32,
        'x' => Hex(2),
        'u' => At('{') ? Braced() : Unit(),
        _ when char.IsAsciiLetterOrDigit(c) => throw new FormatException($@"\{c} is not an escape ECMAScript knows"),
        _ => Rune(c),
    };

    /// <summary>Names of scripts and properties have no counterpart here.</summary>
    private string Category(char p)
    {
        var end = At('{') ? _source.IndexOf('}', _at) : -1;
        if (end < 0) throw new FormatException($@"\{p} needs a category in braces");
        var name = _source[(_at + 1)..end];
        _at = end + 1;
        var category = name == "Letter" ? "L" : name.Replace("gc=", "", StringComparison.Ordinal);
        return category.Length is 1 or 2
            ? $@"\{p}{{{category}}}"
            : throw new FormatException($@"\{p}{{{name}}} is not supported; general categories like \p{{L}} are");
    }

    private int Rune(char c) => char.IsHighSurrogate(c) && More ? char.ConvertToUtf32(c, Next()) : c;

    private int Unit()
    {
        var high = Hex(4);
        if (high is < 0xd800 or > 0xdbff || _source.AsSpan(_at) is not ['\\', 'u', ..]) return high;
        var back = _at;
        _at += 2;
        var low = Hex(4);
        if (low is >= 0xdc00 and <= 0xdfff) return char.ConvertToUtf32((char)high, (char)low);
        _at = back;
        return high;
    }

    private int Braced()
    {
        var end = _source.IndexOf('}', _at);
        var digits = end < 0 ? default : _source.AsSpan(_at + 1, end - _at - 1);
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rune) || rune is < 0 or > 0x10ffff)
            throw new FormatException(@"\u{…} needs a code point in hexadecimal digits");
        _at = end + 1;
        return rune;
    }

    private int Hex(int digits)
    {
        var text = _source.AsSpan(_at, Math.Min(digits, _source.Length - _at));
        if (text.Length < digits || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw new FormatException($"an escape needs {digits} hexadecimal digits");
        _at += digits;
        return value;
    }

    private void Literal(int rune) => _out.Append(rune > 0xffff ? EcmaClass.Of(rune).Write(negated: false) : $@"\u{rune:x4}");

    private bool At(char c) => More && _source[_at] == c;

    private char Next() => More ? _source[_at++] : throw new FormatException("it ends too early");
}
