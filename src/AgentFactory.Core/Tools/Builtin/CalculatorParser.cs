using System.Globalization;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>
/// Reads and evaluates in one pass. The grammar, loosest first; power binds to the right and tighter than a sign before it, as in Python:
/// <code>
/// sum     = term (("+" | "-") term)*
/// term    = sign (("*" | "/" | "//" | "%") sign)*
/// sign    = ("+" | "-")* power
/// power   = atom (("**" | "^") sign)?
/// atom    = number | name | name "(" sum ("," sum)* ")" | "(" sum ")"
/// </code>
/// </summary>
internal sealed class CalculatorParser(string text, CancellationToken cancellationToken)
{
    private const int MaxDepth = 64;

    private int _at;
    private int _depth;

    public CalculatorNumber Evaluate()
    {
        var value = Sum();
        Space();
        if (_at == text.Length) return value;
        throw Fault(_at, text[_at] == ')' ? "there is no parenthesis to close" : "an operator is missing");
    }

    private CalculatorNumber Sum()
    {
        Enter();
        var value = Term();
        while (true)
        {
            var at = _at;
            if (Take("+")) value = Do(at, value, Term(), CalculatorNumber.Add);
            else if (Take("-")) value = Do(at, value, Term(), CalculatorNumber.Subtract);
            else break;
        }
        _depth--;
        return value;
    }

    private CalculatorNumber Term()
    {
        var value = Sign();
        while (true)
        {
            Space();
            var at = _at;
            if (Ahead("**")) return value;
            if (Take("*")) value = Do(at, value, Sign(), CalculatorNumber.Multiply);
            else if (Take("//")) value = Do(at, value, Sign(), CalculatorNumber.FloorDivide);
            else if (Take("/")) value = Do(at, value, Sign(), CalculatorNumber.Divide);
            else if (Take("%")) value = Do(at, value, Sign(), CalculatorNumber.Remainder);
            else return value;
        }
    }

    private CalculatorNumber Sign()
    {
        var negative = false;
        while (true)
        {
            if (Take("-")) negative = !negative;
            else if (!Take("+")) break;
        }
        var value = Power();
        return negative ? CalculatorNumber.Negate(value) : value;
    }

    private CalculatorNumber Power()
    {
        Enter();
        var value = Atom();
        var at = _at;
        if (Take("**") || Take("^")) value = Do(at, value, Sign(), CalculatorNumber.Power);
        _depth--;
        return value;
    }

    private CalculatorNumber Atom()
    {
        Space();
        if (_at == text.Length) throw Fault(_at, "a number is missing");
        var c = text[_at];
        if (char.IsAsciiDigit(c) || c == '.') return Number();
        if (char.IsAsciiLetter(c)) return Named();
        if (!Take("(")) throw Fault(_at, "a number is missing");
        var value = Sum();
        return Take(")") ? value : throw Fault(_at, "a closing parenthesis is missing");
    }

    private CalculatorNumber Named()
    {
        var begin = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        var name = text[begin.._at];
        if (!Take("("))
        {
            return CalculatorFunctions.Constant(name)
                ?? throw Fault(begin, CalculatorFunctions.Names.Contains(name)
                    ? $"{name} needs its arguments in parentheses"
                    : $"there is no constant '{name}'");
        }
        var arguments = new List<CalculatorNumber>();
        if (!Take(")"))
        {
            do arguments.Add(Sum());
            while (Take(","));
            if (!Take(")")) throw Fault(_at, "a comma or a closing parenthesis is missing");
        }
        return Guarded(begin, () => CalculatorFunctions.Call(name, arguments));
    }

    private CalculatorNumber Number()
    {
        var begin = _at;
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.' || (text[_at] == '_' && _at > begin))) _at++;
        if (_at < text.Length && text[_at] is 'e' or 'E' && ExponentLength() is > 0 and var length) _at += length;
        return CalculatorNumber.TryParse(text[begin.._at].Replace("_", "", StringComparison.Ordinal), out var value)
            ? value
            : throw Fault(begin, "that is not a number");
    }

    /// <summary>The length of an exponent here; 0 when the letter begins something else.</summary>
    private int ExponentLength()
    {
        var end = _at + 1;
        if (end < text.Length && text[end] is '+' or '-') end++;
        var digits = end;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end > digits ? end - _at : 0;
    }

    private CalculatorNumber Do(
        int at, CalculatorNumber left, CalculatorNumber right, Func<CalculatorNumber, CalculatorNumber, CalculatorNumber> operation) =>
        Guarded(at, () => operation(left, right));

    private CalculatorNumber Guarded(int at, Func<CalculatorNumber> operation)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return operation();
        }
        catch (ArithmeticException e)
        {
            throw Fault(at, e.Message);
        }
    }

    private void Enter()
    {
        if (++_depth > MaxDepth) throw Fault(_at, $"it nests more than {MaxDepth / 2} deep");
    }

    private void Space()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
    }

    private bool Ahead(string token) => string.CompareOrdinal(text, _at, token, 0, token.Length) == 0;

    private bool Take(string token)
    {
        Space();
        if (!Ahead(token)) return false;
        _at += token.Length;
        return true;
    }

    private AgentFactoryException Fault(int at, string why)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        var place = at >= text.Length
            ? "at the end"
            : string.Create(CultureInfo.InvariantCulture, $"at position {at + 1}, before '{Rest(at)}'");
        return BuiltinArguments.Mistake($"The expression can't be evaluated {place}: {why}.", "expression");
    }

    private string Rest(int at) => text.Length - at <= 20 ? text[at..] : text[at..(at + 20)] + "…";
}
