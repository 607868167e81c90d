using AgentFactory.Core.Tools.Builtin;

namespace AgentFactory.Core.Tests.Tools.Builtin;

public sealed class CalculatorToolTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("0.1 + 0.2", "0.3")]
    [InlineData("1/3*3", "1")]
    [InlineData("1/3", "0.333333333333333333333333333333")]
    [InlineData("-2/3", "-0.666666666666666666666666666667")]
    [InlineData("1/8", "0.125")]
    [InlineData("-2 ** 2", "-4")]
    [InlineData("(-2) ** 2", "4")]
    [InlineData("2 ** -1", "0.5")]
    [InlineData("2 ** 3 ** 2", "512")]
    [InlineData("2 ^ 10", "1024")]
    [InlineData("2 * 3 ** 2", "18")]
    [InlineData("--3", "3")]
    [InlineData("1 - -1", "2")]
    [InlineData("7 // 2", "3")]
    [InlineData("-7 // 2", "-4")]
    [InlineData("-7 % 3", "2")]
    [InlineData("7 % -3", "-2")]
    [InlineData("5.5 % 2", "1.5")]
    [InlineData("10 / 4", "2.5")]
    [InlineData("1e3 + 1E-3", "1000.001")]
    [InlineData(".5 + 1_000", "1000.5")]
    [InlineData("2 ** 200", "1606938044258990275541962092341162602522202993782792835301376")]
    [InlineData("19.99 * 3", "59.97")]
    [InlineData("sqrt(16)", "4")]
    [InlineData("sqrt(2.25)", "1.5")]
    [InlineData("sqrt(2)", "1.4142135623731")]
    [InlineData("2.25 ** 0.5", "1.5")]
    [InlineData("4 ** 1.5", "8")]
    [InlineData("8 ** (1/3)", "2")]
    [InlineData("abs(-1.5)", "1.5")]
    [InlineData("round(2.5)", "2")]
    [InlineData("round(3.5)", "4")]
    [InlineData("round(-2.5)", "-2")]
    [InlineData("round(2.675, 2)", "2.68")]
    [InlineData("round(1234, -2)", "1200")]
    [InlineData("round(pi, 4)", "3.1416")]
    [InlineData("floor(-1.5) + ceil(1.2) + trunc(-1.7)", "-1")]
    [InlineData("min(3, 1, 2) + max(3, 1, 2)", "4")]
    [InlineData("mean(1, 2, 4)", "2.333333333333333333333333333333")]
    [InlineData("sum(1, 2, 3)", "6")]
    [InlineData("log(e)", "1")]
    [InlineData("log10(1000)", "3")]
    [InlineData("log2(8)", "3")]
    [InlineData("log(8, 2)", "3")]
    [InlineData("sin(0) + cos(0)", "1")]
    [InlineData("degrees(pi)", "180")]
    [InlineData("factorial(20)", "2432902008176640000")]
    [InlineData("gcd(12, 18) + lcm(4, 6)", "18")]
    [InlineData("hypot(3, 4)", "5")]
    [InlineData("(17.5 * 3 - 4) / sqrt(16)", "12.125")]
    [InlineData("1e-3000 * 1e3000", "1")]
    [InlineData(" 1\n+\t1 ", "2")]
    public void Expressions_have_their_value(string expression, string value) => Assert.Equal(value, Evaluate(expression));

    [Theory]
    [InlineData("", "at the end: a number is missing")]
    [InlineData("1 +", "at the end: a number is missing")]
    [InlineData("2 + * 3", "at position 5, before '* 3': a number is missing")]
    [InlineData("(1 + 2", "at the end: a closing parenthesis is missing")]
    [InlineData("1 + 2)", "at position 6, before ')': there is no parenthesis to close")]
    [InlineData("1 2", "at position 3, before '2': an operator is missing")]
    [InlineData("1.2.3", "at position 1, before '1.2.3': that is not a number")]
    [InlineData("2 + x", "at position 5, before 'x': there is no constant 'x'")]
    [InlineData("sqrt", "at position 1, before 'sqrt': sqrt needs its arguments in parentheses")]
    [InlineData("sqrt(1, 2)", "at position 1, before 'sqrt(1, 2)': sqrt takes 1 arguments, not 2")]
    [InlineData("frob(1)", "at position 1, before 'frob(1)': there is no function 'frob'")]
    [InlineData("1 / (2 - 2)", "at position 3, before '/ (2 - 2)': division by zero")]
    [InlineData("1 % 0", "division by zero")]
    [InlineData("sqrt(-1)", "a negative number has no real square root")]
    [InlineData("(-8) ** 0.5", "the result is not a real number")]
    [InlineData("0 ** -1", "zero has no negative power")]
    [InlineData("log(0)", "only a positive number has a logarithm")]
    [InlineData("factorial(2.5)", "factorial needs whole numbers")]
    [InlineData("9 ** 9 ** 9", "the power becomes too large")]
    [InlineData("2 ** 99999", "the power becomes too large")]
    [InlineData("factorial(99999)", "factorial takes 0 to 1500")]
    [InlineData("1e999999", "that is not a number")]
    [InlineData("exp(1000)", "the number becomes too large")]
    [InlineData("1; import os", "an operator is missing")]
    [InlineData("__import__('os')", "a number is missing")]
    public void What_can_not_be_evaluated_says_where_and_why(string expression, string message)
    {
        var e = Assert.Throws<AgentFactoryException>(() => Evaluate(expression));
        Assert.Equal(ErrorCodes.Invalid, e.Code);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_limited()
    {
        Assert.Equal("1", Evaluate(new string('(', 30) + "1" + new string(')', 30)));
        foreach (var deep in new[] { new string('(', 500) + "1", string.Concat(Enumerable.Repeat("1^", 400)) + "1" })
        {
            var e = Assert.Throws<AgentFactoryException>(() => Evaluate(deep));
            Assert.Contains("nests more than", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal("1", Evaluate(new string('-', 900) + "1"));
    }

    [Fact]
    public void The_dearest_expression_of_the_longest_length_comes_to_an_end()
    {
        var expression = string.Join("+", Enumerable.Range(0, 70).Select(i => $"1/(7**{4_000 + i % 9}+{i})"));
        Assert.InRange(expression.Length, 900, 1_100);
        var e = Assert.Throws<AgentFactoryException>(() => Evaluate(expression));
        Assert.Contains("the number becomes too large", e.Message, StringComparison.Ordinal);
        var power = Evaluate(string.Join("*", Enumerable.Repeat("factorial(1500)/factorial(1499)", 30)));
        Assert.Equal(Evaluate("1500 ** 30"), power);
    }

    private static string Evaluate(string expression) => CalculatorTool.Evaluate(expression, TestContext.Current.CancellationToken);
}
