using System.Numerics;
using AgentFactory.Core.Notebooks.Python;
using Assert = Xunit.Assert;

namespace AgentFactory.Core.Tests.Notebooks.Python;

public sealed class PythonParserTests
{
    [Theory]
    [InlineData("x = (1,\n", 1, 4, "'(' was never closed")]
    [InlineData("a\n  b\n", 2, 2, "unexpected indentation")]
    [InlineData("if x:\npass\n", 2, 0, "expected an indented block after 'if', found 'pass'")]
    [InlineData("if x:\n    a\n  b\n", 3, 2, "unindent does not match any outer indentation level")]
    [InlineData("é = 'abc\n", 1, 5, "unterminated string literal")]
    [InlineData("x = \"\"\"abc\n\n", 1, 4, "unterminated triple-quoted string literal")]
    [InlineData("x = 0777", 1, 4, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")]
    [InlineData("f(a=1, b)", 1, 7, "positional argument follows keyword argument")]
    [InlineData("f() = 1", 1, 0, "cannot assign to a function call")]
    [InlineData("print 'x'", 1, 0, "missing parentheses in call to 'print': print(...)")]
    [InlineData("x = [1, 2\ny = 3", 2, 0, "expected ',' or ']', found 'y'; '[' on line 1 is still open")]
    [InlineData("x = $y", 1, 4, "unexpected character '$'")]
    [InlineData("f'{}'", 1, 3, "f-string: an expression is missing before '}'")]
    [InlineData("b'é'", 1, 2, "bytes can only contain ASCII literal characters")]
    [InlineData("(]", 1, 1, "closing ']' does not match the opening '('")]
    [InlineData("x = 1 if 2", 1, 10, "expected 'else' after the condition, found the end of the line")]
    [InlineData("try:\n  pass\nx = 1", 3, 0, "expected 'except' or 'finally' after the block of 'try', found 'x'")]
    public void A_fault_has_its_place_and_says_what_was_expected(string source, int line, int column, string reason)
    {
        var fault = Assert.Throws<PythonSyntaxException>(() => PythonParser.ParseModule(source));

        Assert.Equal((line, column, reason), (fault.Line, fault.Column, fault.Reason));
    }

    [Theory]
    [InlineData("(", "too many nested brackets")]
    [InlineData("[", "too many nested brackets")]
    [InlineData("f'{", "too many nested brackets")]
    [InlineData("-", "too many nested levels")]
    [InlineData("not ", "too many nested levels")]
    [InlineData("lambda: ", "too many nested levels")]
    [InlineData("a ** ", "too many nested levels")]
    [InlineData("a if b else ", "too many nested levels")]
    public void Nesting_without_end_is_refused(string opening, string reason)
    {
        var source = string.Concat(Enumerable.Repeat(opening, 100_000));

        var fault = Assert.Throws<PythonSyntaxException>(() => PythonParser.ParseModule(source));

        Assert.Equal(reason, fault.Reason);
    }

    [Theory]
    [InlineData("a", " + a")]
    [InlineData("a", ".b")]
    [InlineData("a", "()")]
    [InlineData("if a:\n  b\n", "elif a:\n  b\n")]
    public void A_chain_is_read_without_recursion_but_a_tree_that_is_too_deep_is_refused(string first, string link)
    {
        string Chain(int links) => first + string.Concat(Enumerable.Repeat(link, links));
        var deep = Assert.Throws<PythonSyntaxException>(() => PythonParser.ParseModule(Chain(100_000)));
        var module = PythonParser.ParseModule(Chain(SyntaxLimits.MaxDepth - 20));

        Assert.Equal("too many nested levels", deep.Reason);
        Assert.True(module.Descendants().Count() > SyntaxLimits.MaxDepth - 20);
    }

    [Fact]
    public void Many_links_in_a_shallow_statement_are_fine()
    {
        var source = "x = [" + string.Concat(Enumerable.Repeat("a.b + 1, ", 50_000)) + "]";

        var assign = Assert.IsType<Assign>(Assert.Single(PythonParser.ParseModule(source).Body));

        Assert.Equal(50_000, Assert.IsType<List>(assign.Value).Elts.Count);
    }

    [Fact]
    public void Literals_have_the_values_Python_gives_them()
    {
        const string source = """
            ["a\x41\u00e9\N{BULLET}\N{hangul syllable gag}\q", b"\x00\377", 0x_ff, 1_000, 0o17, 0b11,
             1e3, 2.5j, True, None, ..., "x" 'y', r"\n"]
            """;

        var list = Assert.IsType<List>(PythonParser.ParseExpression(source));

        object?[] values = [.. list.Elts.Select(element => ((Constant)element).Value)];
        Assert.Equal(
            [
                "aA\u00e9\u2022\uac01\\q", new byte[] { 0, 255 }, (BigInteger)255, (BigInteger)1000, (BigInteger)15, (BigInteger)3,
                1000d, new Complex(0, 2.5), true, null, Ellipsis.Value, "xy", @"\n",
            ],
            values);
    }

    [Fact]
    public void An_integer_of_any_size_is_read_in_hexadecimal_and_a_huge_decimal_is_refused()
    {
        var hexadecimal = PythonParser.ParseExpression("0x" + new string('f', 100_000));
        var refused = Assert.Throws<PythonSyntaxException>(() => PythonParser.ParseExpression(new string('9', 10_000)));

        Assert.Equal(BigInteger.Pow(2, 400_000) - 1, Assert.IsType<Constant>(hexadecimal).Value);
        Assert.Contains("more than 4300 digits", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_compared_in_normal_form()
    {
        var module = PythonParser.ParseModule("ﬁ = 1\nµ = 2\nA\u030a = 3\n각 = 4\n");

        Assert.Equal(["fi", "μ", "Å", "각"], module.Body.Select(statement => ((Name)((Assign)statement).Targets[0]).Id));
    }

    [Fact]
    public void A_node_gives_back_its_own_text_and_place()
    {
        var module = PythonParser.ParseModule("é = 'ü'; f(é)\n@tool\nasync def g(x: int) -> str:\n    '''Doc.'''\n    return x\n");
        var call = Assert.IsType<Expr>(module.Body[1]).Value;
        var function = Assert.IsType<FunctionDef>(module.Body[2]);

        Assert.Equal("f(é)", module.Source.Slice(call));
        Assert.Equal(new SourceSpan(1, 11, 1, 16), module.Source.Span(call));
        Assert.Equal("async def g(x: int) -> str:\n    '''Doc.'''\n    return x", module.Source.Slice(function));
        Assert.StartsWith("@tool\nasync def", module.Source.SliceWithDecorators(function), StringComparison.Ordinal);
        Assert.Equal(3, module.Source.Line(function));
    }

    [Fact]
    public void Soft_keywords_are_names_wherever_they_can_be()
    {
        var module = PythonParser.ParseModule(
            "match = case = type = _ = 1\nmatch(x)\nmatch[1:2]\nmatch -x\ntype(x)\n"
            + "match x:\n  case _: pass\ntype X[T] = list[T]\nmatch: int\n");

        Assert.Equal(
            ["Assign", "Expr", "Expr", "Expr", "Expr", "Match", "TypeAlias", "AnnAssign"],
            module.Body.Select(statement => statement.GetType().Name));
    }

    [Theory]
    [InlineData("with (a, b): pass", 2)]
    [InlineData("with (a as b, c as d,): pass", 2)]
    [InlineData("with (a, b) as c: pass", 1)]
    [InlineData("with (a): pass", 1)]
    [InlineData("with (yield): pass", 1)]
    [InlineData("with (x := a): pass", 1)]
    [InlineData("with (a for a in b): pass", 1)]
    [InlineData("with (): pass", 1)]
    [InlineData("with (a).b(), (c): pass", 2)]
    [InlineData("with (*a, b): pass", 1)]
    public void A_parenthesis_after_with_is_around_items_or_part_of_one(string source, int items)
    {
        var with = Assert.IsType<With>(Assert.Single(PythonParser.ParseModule(source).Body));

        Assert.Equal(items, with.Items.Count);
    }

    [Fact]
    public void Tolerant_reading_keeps_what_parses_around_what_does_not()
    {
        var result = PythonParser.ParseTolerant(
            "a = 1\nb = = 2\ndef f(:\n    x = 1\n    return x\nelse:\n    pass\nc = 3\nd = [1,\ne = 5\n  y\nf = 6\n");

        Assert.Equal(["a", "c", "e", "f"], result.Module.Body.Select(statement => ((Name)((Assign)statement).Targets[0]).Id));
        Assert.Equal(
            [(2, 2, 2), (3, 3, 7), (10, 9, 9), (11, 11, 11)],
            result.Faults.Select(fault => (fault.Line, fault.FirstLine, fault.LastLine)));
    }

    [Fact]
    public void Tolerant_reading_of_noise_ends_with_a_bounded_number_of_faults()
    {
        var result = PythonParser.ParseTolerant(string.Concat(Enumerable.Repeat("? )\n", 50_000)));

        Assert.Empty(result.Module.Body);
        Assert.Equal(PythonParser.MaxFaults, result.Faults.Count);
        Assert.Equal(50_000, result.Faults[^1].LastLine);
    }
}
