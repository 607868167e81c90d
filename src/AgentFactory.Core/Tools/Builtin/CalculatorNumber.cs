using System.Globalization;
using System.Numerics;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>
/// A fraction as long as every step was exact; from the first step that wasn't, a double. Refusals are an <see cref="ArithmeticException"/>
/// whose message is meant for the caller.
/// </summary>
internal readonly record struct CalculatorNumber
{
    /// <summary>The most binary digits of a fraction's parts: some 4,900 decimal ones.</summary>
    private const int MaxBits = 16_384;

    private const int MaxExactExponent = 10_000;

    /// <summary>Digits written of a fraction that has no end.</summary>
    private const int EndlessDigits = 30;

    private readonly BigInteger _numerator;
    private readonly BigInteger _denominator;

    private CalculatorNumber(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.Sign < 0) (numerator, denominator) = (-numerator, -denominator);
        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (_numerator, _denominator) = (numerator / common, denominator / common);
        if (_numerator.GetBitLength() > MaxBits || _denominator.GetBitLength() > MaxBits)
            throw new ArithmeticException("the number becomes too large");
    }

    private CalculatorNumber(double value) => Approximate = double.IsFinite(value)
        ? value
        : throw new ArithmeticException(double.IsNaN(value) ? "the result is not a real number" : "the number becomes too large");

    /// <summary>Null while the number is exact.</summary>
    public double? Approximate { get; }

    public bool IsInteger => Approximate is { } value ? Math.Floor(value) == value : _denominator.IsOne;

    public int Sign => Approximate is { } value ? Math.Sign(value) : _numerator.Sign;

    public static CalculatorNumber Of(BigInteger value) => new(value, BigInteger.One);

    public static CalculatorNumber Near(double value) => new(value);

    public static bool TryParse(string text, out CalculatorNumber number)
    {
        number = default;
        var e = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (e >= 0 && !int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return false;
        if (exponent is < -MaxExactExponent or > MaxExactExponent) return false;
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        if (digits.Length == 0 || mantissa.Length - digits.Length > 1) return false;
        var scale = (point < 0 ? 0 : mantissa.Length - point - 1) - exponent;
        var value = BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        if (Math.Abs(scale) > MaxExactExponent) return false;
        number = scale > 0
            ? new CalculatorNumber(value, BigInteger.Pow(10, scale))
            : new CalculatorNumber(value * BigInteger.Pow(10, -scale), 1);
        return true;
    }

    public static CalculatorNumber Add(CalculatorNumber a, CalculatorNumber b) => Both(
        a, b, (x, y) => x + y, () => new(a._numerator * b._denominator + b._numerator * a._denominator, a._denominator * b._denominator));

    public static CalculatorNumber Subtract(CalculatorNumber a, CalculatorNumber b) => Add(a, Negate(b));

    public static CalculatorNumber Multiply(CalculatorNumber a, CalculatorNumber b) =>
        Both(a, b, (x, y) => x * y, () => new(a._numerator * b._numerator, a._denominator * b._denominator));

    public static CalculatorNumber Divide(CalculatorNumber a, CalculatorNumber b)
    {
        if (b.Sign == 0) throw new ArithmeticException("division by zero");
        return Both(a, b, (x, y) => x / y, () => new(a._numerator * b._denominator, a._denominator * b._numerator));
    }

    public static CalculatorNumber FloorDivide(CalculatorNumber a, CalculatorNumber b) => Floor(Divide(a, b));

    /// <summary>Takes the sign of the divisor, as mathematics and Python have it.</summary>
    public static CalculatorNumber Remainder(CalculatorNumber a, CalculatorNumber b) => Subtract(a, Multiply(b, FloorDivide(a, b)));

    public static CalculatorNumber Negate(CalculatorNumber a) =>
        a.Approximate is { } value ? new(-value) : new(-a._numerator, a._denominator);

    public static CalculatorNumber Abs(CalculatorNumber a) => a.Sign < 0 ? Negate(a) : a;

    public static CalculatorNumber Floor(CalculatorNumber a)
    {
        if (a.Approximate is { } value) return new(Math.Floor(value));
        var quotient = BigInteger.DivRem(a._numerator, a._denominator, out var rest);
        return Of(rest.Sign < 0 ? quotient - 1 : quotient);
    }

    /// <summary>To <paramref name="digits"/> decimal places, half to even; negative digits round tens and hundreds.</summary>
    public static CalculatorNumber Round(CalculatorNumber a, int digits)
    {
        if (Math.Abs(digits) > 1_000) throw new ArithmeticException("that is too many digits to round to");
        // What a double prints is what a person means to have rounded.
        var exact = a.Approximate is { } value ? OfDouble(value) : a;
        var power = BigInteger.Pow(10, Math.Abs(digits));
        var scale = digits >= 0 ? new CalculatorNumber(power, 1) : new CalculatorNumber(1, power);
        var scaled = Multiply(exact, scale);
        return Divide(Of(Nearest(scaled._numerator, scaled._denominator)), scale);
    }

    public static CalculatorNumber Power(CalculatorNumber a, CalculatorNumber b)
    {
        if (a.Sign == 0 && b.Sign < 0) throw new ArithmeticException("zero has no negative power");
        if (a.Approximate is not null || b.Approximate is not null || !b._denominator.IsOne)
            return Exact(a, b) ?? new(Math.Pow(a.ToDouble(), b.ToDouble()));
        if (b._numerator.IsZero) return Of(1);
        if (a._denominator.IsOne && (a._numerator.IsOne || a._numerator.IsZero)) return a;
        var bits = Math.Max(BigInteger.Abs(a._numerator).GetBitLength(), a._denominator.GetBitLength());
        if (BigInteger.Abs(b._numerator) * (bits - 1) > MaxBits) throw new ArithmeticException("the power becomes too large");
        var exponent = (int)BigInteger.Abs(b._numerator);
        var (numerator, denominator) = (BigInteger.Pow(a._numerator, exponent), BigInteger.Pow(a._denominator, exponent));
        return b._numerator.Sign > 0 ? new(numerator, denominator) : new(denominator, numerator);
    }

    public static CalculatorNumber Sqrt(CalculatorNumber a)
    {
        if (a.Sign < 0) throw new ArithmeticException("a negative number has no real square root");
        return a.Approximate is null && Root(a._numerator) is { } top && Root(a._denominator) is { } bottom
            ? new(top, bottom)
            : new(Math.Sqrt(a.ToDouble()));
    }

    public int CompareTo(CalculatorNumber other) => Approximate is null && other.Approximate is null
        ? (_numerator * other._denominator).CompareTo(other._numerator * _denominator)
        : ToDouble().CompareTo(other.ToDouble());

    public BigInteger ToInteger(string whose) => IsInteger && Approximate is null
        ? _numerator
        : throw new ArithmeticException($"{whose} needs whole numbers");

    public double ToDouble()
    {
        if (Approximate is { } value) return value;
        // Both parts may be beyond the range of a double while their quotient isn't.
        var shift = (int)(_denominator.GetBitLength() - BigInteger.Abs(_numerator).GetBitLength()) + 80;
        var scaled = shift > 0 ? (_numerator << shift) / _denominator : _numerator / (_denominator << -shift);
        return Math.ScaleB((double)scaled, -shift);
    }

    public override string ToString()
    {
        if (Approximate is { } value) return value.ToString("G15", CultureInfo.InvariantCulture);
        if (_denominator.IsOne) return _numerator.ToString(CultureInfo.InvariantCulture);
        var places = Places() ?? EndlessDigits;
        var scaled = Nearest(_numerator * BigInteger.Pow(10, places), _denominator);
        var digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return $"{(scaled.Sign < 0 ? "-" : "")}{digits[..^places]}.{digits[^places..]}";
    }

    /// <summary>The whole number nearest to a quotient, half to even.</summary>
    private static BigInteger Nearest(BigInteger numerator, BigInteger denominator)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(numerator), denominator, out var rest);
        var order = (rest * 2).CompareTo(denominator);
        if (order > 0 || (order == 0 && !quotient.IsEven)) quotient++;
        return numerator.Sign < 0 ? -quotient : quotient;
    }

    /// <summary>The decimal places of a fraction that ends, at most as many as are worth reading.</summary>
    private int? Places()
    {
        var (rest, twos, fives) = (_denominator, 0, 0);
        for (; rest.IsEven; twos++) rest >>= 1;
        for (; rest % 5 == 0; fives++) rest /= 5;
        return rest.IsOne && Math.Max(twos, fives) <= 1_000 ? Math.Max(twos, fives) : null;
    }

    /// <summary>A root that comes out even, such as 8 ** (1/3) or 2.25 ** 0.5.</summary>
    private static CalculatorNumber? Exact(CalculatorNumber a, CalculatorNumber b) =>
        b.Approximate is null && a.Approximate is null && b._denominator == 2 && a.Sign >= 0 && Sqrt(a) is { Approximate: null } root
            ? Power(root, Of(b._numerator))
            : null;

    private static CalculatorNumber OfDouble(double value)
    {
        var text = value.ToString("G15", CultureInfo.InvariantCulture);
        if (!TryParse(text.TrimStart('-'), out var number)) throw new ArithmeticException("the number is too large to round");
        return value < 0 ? Negate(number) : number;
    }

    private static BigInteger? Root(BigInteger square)
    {
        if (square.IsZero) return square;
        var root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + square / root) >> 1;
            if (next >= root) return root * root == square ? root : null;
            root = next;
        }
    }

    private static CalculatorNumber Both(
        CalculatorNumber a, CalculatorNumber b, Func<double, double, double> approximate, Func<CalculatorNumber> exact) =>
        a.Approximate is null && b.Approximate is null ? exact() : new(approximate(a.ToDouble(), b.ToDouble()));
}
