using System.Numerics;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>The names a calculation may use. Exact arguments give exact results where mathematics allows it.</summary>
internal static class CalculatorFunctions
{
    private const int MaxFactorial = 1_500;

    private static readonly Dictionary<string, Function> Known = new(StringComparer.Ordinal)
    {
        ["abs"] = new(1, 1, a => CalculatorNumber.Abs(a[0])),
        ["round"] = new(1, 2, a => CalculatorNumber.Round(a[0], a.Count == 1 ? 0 : Small(a[1], "round"))),
        ["floor"] = new(1, 1, a => CalculatorNumber.Floor(a[0])),
        ["ceil"] = new(1, 1, a => Ceiling(a[0])),
        ["trunc"] = new(1, 1, a => a[0].Sign < 0 ? Ceiling(a[0]) : CalculatorNumber.Floor(a[0])),
        ["sign"] = new(1, 1, a => CalculatorNumber.Of(a[0].Sign)),
        ["min"] = new(1, 1_000, a => a.Aggregate((x, y) => y.CompareTo(x) < 0 ? y : x)),
        ["max"] = new(1, 1_000, a => a.Aggregate((x, y) => y.CompareTo(x) > 0 ? y : x)),
        ["sum"] = new(1, 1_000, a => a.Aggregate(CalculatorNumber.Add)),
        ["mean"] = new(1, 1_000, a => CalculatorNumber.Divide(a.Aggregate(CalculatorNumber.Add), CalculatorNumber.Of(a.Count))),
        ["sqrt"] = new(1, 1, a => CalculatorNumber.Sqrt(a[0])),
        ["cbrt"] = new(1, 1, a => Real(Math.Cbrt, a[0])),
        ["pow"] = new(2, 2, a => CalculatorNumber.Power(a[0], a[1])),
        ["exp"] = new(1, 1, a => Real(Math.Exp, a[0])),
        ["log"] = new(1, 2, a => a.Count == 1 ? Logarithm(a[0]) : CalculatorNumber.Divide(Logarithm(a[0]), Logarithm(a[1]))),
        ["ln"] = new(1, 1, a => Logarithm(a[0])),
        ["log10"] = new(1, 1, a => Logarithm(a[0], Math.Log10)),
        ["log2"] = new(1, 1, a => Logarithm(a[0], Math.Log2)),
        ["sin"] = new(1, 1, a => Real(Math.Sin, a[0])),
        ["cos"] = new(1, 1, a => Real(Math.Cos, a[0])),
        ["tan"] = new(1, 1, a => Real(Math.Tan, a[0])),
        ["asin"] = new(1, 1, a => Real(Math.Asin, a[0])),
        ["acos"] = new(1, 1, a => Real(Math.Acos, a[0])),
        ["atan"] = new(1, 1, a => Real(Math.Atan, a[0])),
        ["atan2"] = new(2, 2, a => CalculatorNumber.Near(Math.Atan2(a[0].ToDouble(), a[1].ToDouble()))),
        ["sinh"] = new(1, 1, a => Real(Math.Sinh, a[0])),
        ["cosh"] = new(1, 1, a => Real(Math.Cosh, a[0])),
        ["tanh"] = new(1, 1, a => Real(Math.Tanh, a[0])),
        ["degrees"] = new(1, 1, a => Real(x => x * 180 / Math.PI, a[0])),
        ["radians"] = new(1, 1, a => Real(x => x * Math.PI / 180, a[0])),
        ["hypot"] = new(2, 2, a => CalculatorNumber.Sqrt(CalculatorNumber.Add(Square(a[0]), Square(a[1])))),
        ["factorial"] = new(1, 1, a => Factorial(a[0])),
        ["gcd"] = new(2, 2, a => CalculatorNumber.Of(BigInteger.GreatestCommonDivisor(a[0].ToInteger("gcd"), a[1].ToInteger("gcd")))),
        ["lcm"] = new(2, 2, a => LeastCommonMultiple(a[0].ToInteger("lcm"), a[1].ToInteger("lcm"))),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static CalculatorNumber? Constant(string name) => name switch
    {
        "pi" => CalculatorNumber.Near(Math.PI),
        "e" => CalculatorNumber.Near(Math.E),
        "tau" => CalculatorNumber.Near(Math.Tau),
        _ => null,
    };

    public static CalculatorNumber Call(string name, IReadOnlyList<CalculatorNumber> arguments)
    {
        if (!Known.TryGetValue(name, out var function))
            throw new ArithmeticException($"there is no function '{name}'; there are {string.Join(", ", Names)}");
        if (arguments.Count < function.Min || arguments.Count > function.Max)
        {
            var takes = function.Min == function.Max ? $"{function.Min}" : $"{function.Min} to {function.Max}";
            throw new ArithmeticException($"{name} takes {takes} arguments, not {arguments.Count}");
        }
        return function.Call(arguments);
    }

    private static CalculatorNumber Real(Func<double, double> function, CalculatorNumber a) =>
        CalculatorNumber.Near(function(a.ToDouble()));

    private static CalculatorNumber Ceiling(CalculatorNumber a) =>
        CalculatorNumber.Negate(CalculatorNumber.Floor(CalculatorNumber.Negate(a)));

    private static CalculatorNumber Square(CalculatorNumber a) => CalculatorNumber.Multiply(a, a);

    private static CalculatorNumber Logarithm(CalculatorNumber a, Func<double, double>? function = null) => a.Sign > 0
        ? Real(function ?? Math.Log, a)
        : throw new ArithmeticException("only a positive number has a logarithm");

    private static CalculatorNumber Factorial(CalculatorNumber a)
    {
        var n = a.ToInteger("factorial");
        if (n < 0 || n > MaxFactorial) throw new ArithmeticException($"factorial takes 0 to {MaxFactorial}");
        var product = BigInteger.One;
        for (var i = 2; i <= n; i++) product *= i;
        return CalculatorNumber.Of(product);
    }

    private static CalculatorNumber LeastCommonMultiple(BigInteger a, BigInteger b) => a.IsZero || b.IsZero
        ? CalculatorNumber.Of(BigInteger.Zero)
        : CalculatorNumber.Of(BigInteger.Abs(a / BigInteger.GreatestCommonDivisor(a, b) * b));

    private static int Small(CalculatorNumber a, string whose)
    {
        var value = a.ToInteger(whose);
        return BigInteger.Abs(value) <= 1_000 ? (int)value : throw new ArithmeticException($"{whose} takes at most 1000 digits");
    }

    private sealed record Function(int Min, int Max, Func<IReadOnlyList<CalculatorNumber>, CalculatorNumber> Call);
}
