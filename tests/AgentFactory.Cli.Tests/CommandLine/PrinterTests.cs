using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.CommandLine;

public sealed class PrinterTests
{
    [Fact]
    public void A_table_has_columns_and_one_line_a_row()
    {
        var terminal = new TestTerminal();
        new Printer(terminal.Create(_ => null)).Table(["A", "LONGER"], [["first cell", "x\ny\tz"], ["2", new string('w', 200)], ["3", ""]]);
        Assert.Equal($"A           LONGER\nfirst cell  x y z\n2           {new string('w', 79)}…\n3\n", terminal.Output);
    }

    [Fact]
    public void Fields_without_a_value_are_left_out_and_long_ones_hang()
    {
        var terminal = new TestTerminal();
        new Printer(terminal.Create(_ => null)).Fields(("name", "a\nb"), ("none", null), ("id", "7"));
        Assert.Equal("name  a\n      b\nid    7\n", terminal.Output);
    }

    [Theory]
    [InlineData("plain – ü 漢", "plain – ü 漢")]
    [InlineData("line\r\nline\tx", "line\nline\tx")]
    [InlineData("\e]0;title\a", "\uFFFD]0;title\uFFFD")]
    [InlineData("over\rwritten", "over\uFFFDwritten")]
    [InlineData("\u202Edesrever\u2066", "\uFFFDdesrever\uFFFD")]
    [InlineData("c1 \u009B31m", "c1 \uFFFD31m")]
    public void Control_characters_are_shown(string text, string shown) => Assert.Equal(shown, Printer.Visible(text));

    [Fact]
    public async Task An_output_that_cannot_be_written_is_told_with_exit_code_1()
    {
        await using var cli = await TestCli.StartAsync();
        await using var full = new FullWriter();
        (await cli.RunAsync(new TestTerminal { OutputWriter = full }, "version")).Fails(1, "The output cannot be written: full");
    }

    [Fact]
    public async Task A_defect_is_told_without_its_stack_unless_that_is_asked_for()
    {
        await using var cli = await TestCli.StartAsync();
        await using var broken = new BrokenWriter();
        var defect = await cli.RunAsync(new TestTerminal { OutputWriter = broken }, "version");
        Assert.Equal(70, defect.Code);
        Assert.Equal(
            "error: This is a defect of agent-factory, please report it: NotSupportedException: broken\n"
            + "AGENT_FACTORY_LOG=debug shows where it happened.\n", defect.Error);
        cli.Environment["AGENT_FACTORY_LOG"] = "debug";
        var told = await cli.RunAsync(new TestTerminal { OutputWriter = broken }, "version");
        Assert.Contains("\n   at ", told.Error, StringComparison.Ordinal);
    }

    private sealed class FullWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("full");
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(string? value) => throw new NotSupportedException("broken");
    }
}
