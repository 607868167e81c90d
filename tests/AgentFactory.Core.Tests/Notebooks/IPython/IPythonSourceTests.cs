using AgentFactory.Core.Notebooks.IPython;
using AgentFactory.Core.Notebooks.Python;
using Assert = Xunit.Assert;

namespace AgentFactory.Core.Tests.Notebooks.IPython;

public sealed class IPythonSourceTests
{
    [Theory]
    [InlineData("%pip install -q a b\nx = 1", "pass\nx = 1", IPythonDirectiveKind.LineMagic, "pip", "install -q a b")]
    [InlineData("# first\n%%capture out\nx = 1", "# first\n\nx = 1", IPythonDirectiveKind.CellMagic, "capture", "out")]
    [InlineData("if x:\n    !pip install a\n", "if x:\n    pass\n", IPythonDirectiveKind.Shell, "!", "pip install a")]
    [InlineData("!!ls -l", "pass", IPythonDirectiveKind.Shell, "!", "ls -l")]
    [InlineData("!pip install \\\n  a \\\n  b\nx = 1", "pass\n\n\nx = 1", IPythonDirectiveKind.Shell, "!", "pip install  a  b")]
    [InlineData("files = !ls 'a b'", @"files = get_ipython().getoutput('ls \'a b\'')", IPythonDirectiveKind.Shell, "!", "ls 'a b'")]
    [InlineData("x = %env HOME", "x = get_ipython().run_line_magic('env', 'HOME')", IPythonDirectiveKind.LineMagic, "env", "HOME")]
    [InlineData("%time crew.kickoff()", "crew.kickoff()", IPythonDirectiveKind.LineMagic, "time", "crew.kickoff()")]
    [InlineData("%timeit -n 10 -r3 f(x)", "f(x)", IPythonDirectiveKind.LineMagic, "timeit", "-n 10 -r3 f(x)")]
    [InlineData("x = %time f(1)", "x = f(1)", IPythonDirectiveKind.LineMagic, "time", "f(1)")]
    [InlineData("Agent.run??", "pass", IPythonDirectiveKind.Help, "?", "Agent.run")]
    [InlineData("?len", "pass", IPythonDirectiveKind.Help, "?", "len")]
    [InlineData("pip install openai", "pass", IPythonDirectiveKind.LineMagic, "pip", "install openai")]
    public void A_directive_is_reported_and_leaves_Python_behind(
        string source, string code, IPythonDirectiveKind kind, string name, string arguments)
    {
        var cell = IPythonSource.Clean(source);

        Assert.Equal(code, cell.Code);
        Assert.Null(cell.Language);
        var directive = Assert.Single(cell.Directives);
        Assert.Equal((kind, name, arguments), (directive.Kind, directive.Name, directive.Arguments));
        PythonParser.ParseModule(cell.Code);
    }

    [Theory]
    [InlineData("text = '''\n%pip install a\n!ls\nwhat?\n'''")]
    [InlineData("x = (\n  10\n  % 3\n)")]
    [InlineData("x = 10 \\\n  % 3")]
    [InlineData("f\"{x!r} {y:%H}\"\nprint('really?')")]
    [InlineData("if a != b: print(f'{a}?')\n# !ls\n")]
    [InlineData("s = '= !x'")]
    [InlineData("pip = 1\npip\npip in x")]
    public void Python_is_left_as_it_is(string source)
    {
        var cell = IPythonSource.Clean(source);

        Assert.Equal(source, cell.Code);
        Assert.Empty(cell.Directives);
    }

    [Fact]
    public void A_cell_magic_of_another_language_takes_the_whole_cell()
    {
        var cell = IPythonSource.Clean("\n%%bash -s x\npip install a\necho $1\n");

        Assert.Equal(("\n\n\n\n", "bash"), (cell.Code, cell.Language));
        var directive = Assert.Single(cell.Directives);
        Assert.Equal((2, "-s x", "pip install a\necho $1\n"), (directive.Line, directive.Arguments, directive.Body));
    }

    [Fact]
    public void Directives_of_one_cell_keep_their_lines()
    {
        var cell = IPythonSource.Clean("%%time\r\n%load_ext a\r\nx = [1,\r\n2]\r\n!ls\r\ny = 1");

        Assert.Equal([("time", 1), ("load_ext", 2), ("!", 5)], cell.Directives.Select(directive => (directive.Name, directive.Line)));
        Assert.Equal("\r\npass\r\nx = [1,\r\n2]\r\npass\r\ny = 1", cell.Code);
    }

    [Fact]
    public void An_indented_cell_is_moved_to_the_margin()
    {
        Assert.Equal("\nx = 1\nif x:\n    y = 2\n", IPythonSource.Clean("\n  x = 1\n  if x:\n      y = 2\n").Code);
    }

    [Fact]
    public void Noise_is_cleaned_in_linear_time_without_an_error()
    {
        var noise = string.Concat(Enumerable.Repeat("'''\n[\n!x\\\n?\n%%%\n= !\n x = %\n\\\n", 20_000));

        var cell = IPythonSource.Clean(noise);

        Assert.Equal(noise.Count(c => c == '\n'), cell.Code.Count(c => c == '\n'));
    }
}
