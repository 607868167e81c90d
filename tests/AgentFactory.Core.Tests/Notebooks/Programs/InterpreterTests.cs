namespace AgentFactory.Core.Tests.Notebooks.Programs;

/// <summary>What values come out of the code around an agent, seen at its instructions.</summary>
public sealed class InterpreterTests
{
    [Theory]
    [InlineData("Template('Hello $who, ${n} of $$5 $').substitute(who='Ada', n=2)", "Hello Ada, 2 of $5 $")]
    [InlineData("Template('Hello $who').safe_substitute({'other': 1})", "Hello $who")]
    [InlineData("Template('$who').substitute(who=name)", "{name}")]
    public void Templates_of_the_standard_library_are_filled(string expression, string expected) => Assert.Equal(
        expected, NotebookText.Convert($"from string import Template\nfrom agents import Agent\nagent = Agent(name='A', instructions={expression})")
            .Agents.Single().Definition.Instructions);

    [Theory]
    [InlineData("x = 'a' 'b' + 'c'", "abc")]
    [InlineData("n = 3\nx = f'{n} {n:.2f} {n!r} {\"q\"!r} {1000000:,}'", "3 3.00 3 'q' 1,000,000")]
    [InlineData("x = 'Hi {name}, {0} {{ok}}'.format(1, name='Ada')", "Hi Ada, 1 {ok}")]
    [InlineData("x = 'Hi {name}, {other}'.format(name='Ada')", "Hi Ada, {other}")]
    [InlineData("x = '%s is %d%% of %(a)s' % {'a': 1}", null)]
    [InlineData("x = '%s is %d%%' % ('a', 5)", "a is 5%")]
    [InlineData("x = '%(who)s' % {'who': 'Ada'}", "Ada")]
    [InlineData("x = ', '.join(['a', 'b'] + ['c'])", "a, b, c")]
    [InlineData("x = '\\n'.join(f'- {k}: {v}' for k, v in {'a': 1, 'b': 2}.items())", "- a: 1\n- b: 2")]
    [InlineData("x = ' '.join(w.upper() for w in 'a b'.split() if w != 'b')", "A")]
    [InlineData("from textwrap import dedent\nx = dedent('''\n    a\n      b\n''').strip()", "a\n  b")]
    [InlineData("x = '  a '.strip().replace('a', 'b').title()", "B")]
    [InlineData("x = '<t> end'.replace('<t>', unknown())", "{t} end")]
    [InlineData("d = {'p': {'q': ['a', 'b']}}\nx = d['p']['q'][-1] + d.get('z', '!')", "b!")]
    [InlineData("x = 'abcdef'[1:3] + 'ab'[0]", "bca")]
    [InlineData("x = ''\nfor i, w in enumerate(['a', 'b'], 0):\n    x += f'{i}{w} '", "0a 1b ")]
    [InlineData("x = 'a'\nx += 'b'\nx = x * 2", "abab")]
    [InlineData("a, *b = 'p', 'q'\nx = a", "{a}")]
    [InlineData("(a, b), c = ('p', 'q'), 'r'\nx = a + b + c", "pqr")]
    [InlineData("def make(who, tone='kind'):\n    text = f'You are {tone}'\n    return text + ' to ' + who\nx = make('Bo')", "You are kind to Bo")]
    [InlineData("def early(v):\n    if not v:\n        return None\n    return 'value ' + v\nx = early(unknown())", "value {v}")]
    [InlineData("make = lambda a, b='2': a + b\nx = make('1')", "12")]
    [InlineData("def f(*a, **k): return a[0] + k['z']\nx = f('1', z='2')", "12")]
    [InlineData("def rec(n): return rec(n) + 'x'\nx = rec(1)", "{rec(n)}x")]
    [InlineData("class P:\n    role = 'cook'\n    def __init__(self, n): self.n = n\n    @property\n    def text(self): return f'{self.n} the {self.role}'\nx = P('Al').text", "Al the cook")]
    [InlineData("class A:\n    def t(self): return 'a'\nclass B(A):\n    def t(self): return super().t() + 'b'\nx = B().t()", "ab")]
    [InlineData("class C:\n    @classmethod\n    def make(cls): return cls('z')\n    def __init__(self, v): self.v = v\nx = C.make().v", "z")]
    [InlineData("from enum import Enum\nclass E(Enum):\n    A = 'first'\nx = f'{E.A.value}'", "first")]
    [InlineData("import os\nx = os.getenv('STYLE', 'plain') + os.environ['WHO']", "plain{WHO}")]
    [InlineData("import os\nx = os.getenv('A') or 'fallback'", "fallback")]
    [InlineData("x = 'yes' if 2 > 1 else 'no'", "yes")]
    [InlineData("if unknown():\n    x = 'one'\nelse:\n    x = 'two'", "one")]
    [InlineData("x = 'base'\nif unknown():\n    x += ' more'", "base more")]
    [InlineData("try:\n    x = 'tried'\nexcept Exception:\n    x = 'failed'", "tried")]
    [InlineData("with open('f') as f:\n    t = f.read()\nx = f'File: {t}'", "File: {t}")]
    [InlineData("x = f'Today is {datetime.now():%Y} in {city}'", "Today is {datetime.now()} in {city}")]
    [InlineData("import json\nx = json.dumps({'a': [1, True, None], 'b': 'c'})", """{"a": [1, true, null], "b": "c"}""")]
    [InlineData("x = str({'a': 'b', 'n': 1.0})", "{'a': 'b', 'n': 1.0}")]
    [InlineData("match 'b':\n    case 'a': x = '1'\n    case 'b': x = '2'\n    case _: x = '3'", "2")]
    [InlineData("if (y := 'w'):\n    x = y", "w")]
    [InlineData("items = []\nitems.append('a')\nitems.extend(['b'])\nx = ' '.join(items)", "a b")]
    [InlineData("p = {'a': '1'}\nq = {**p, 'b': '2'} | {'c': '3'}\nx = ''.join(q.values())", "123")]
    [InlineData("x = 'early'\ndel x\nx = 'late'", "late")]
    [InlineData("def g():\n    global x\n    x = 'set'\ng()", "set")]
    [InlineData("x = 'a' + missing_name", "a{missing_name}")]
    [InlineData("x = 10 ** 3 // 7 % 5\nx = f'{x}'", "2")]
    public void Instructions_are_worked_out(string source, string? text)
    {
        var conversion = NotebookText.Convert("from agents import Agent\n" + source, "agent = Agent(name='A', instructions=x)");
        if (text is not null) Assert.Equal(text, conversion.Agents.Single().Definition.Instructions);
        else Assert.Contains('{', conversion.Agents.Single().Definition.Instructions);
    }

    [Fact]
    public void A_name_counts_as_it_is_bound_where_it_is_used()
    {
        var conversion = NotebookText.Convert(
            "from agents import Agent\nrole = 'cook'", "a = Agent(name='First', instructions=role)", "role = 'baker'",
            "b = Agent(name='Second', instructions=role)");
        Assert.Equal(["cook", "baker"], conversion.Agents.Select(a => a.Definition.Instructions));
    }

    [Fact]
    public void An_agent_made_again_counts_once_as_it_is_last()
    {
        var conversion = NotebookText.Convert(
            "from agents import Agent\na = Agent(name='Cook', instructions='Old.')", "a = Agent(name='Cook', instructions='New.')");
        Assert.Equal("New.", conversion.Agents.Single().Definition.Instructions);
        Assert.Contains(conversion.Findings, f => f.What.Contains("the last one counts", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_set_on_an_agent_later_counts()
    {
        var conversion = NotebookText.Convert(
            "from agents import Agent\na = Agent(name='A', handoffs=[])\nb = Agent(name='B')", "a.handoffs.append(b)\nb.handoffs = [a]");
        Assert.Equal(["b"], conversion.Agent("a").Definition.Handoffs);
        Assert.Equal(["a"], conversion.Agent("b").Definition.Handoffs);
    }

    [Fact]
    public void Agents_of_a_loop_are_all_found()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent
            team = {}
            for name, job in [("Ann", "cook"), ("Bob", "bake")]:
                team[name] = Agent(name=name, instructions=f"You {job}.")
            boss = Agent(name="Boss", handoffs=list(team.values()))
            """);
        Assert.Equal(["ann", "bob", "boss"], conversion.Agents.Select(a => a.Definition.Name));
        Assert.Equal(["ann", "bob"], conversion.Agent("boss").Definition.Handoffs);
    }

    [Fact]
    public void Cells_that_are_no_python_cost_only_themselves()
    {
        var conversion = NotebookText.Convert(
            "%pip install openai-agents==0.2.1 'rich>=13'\n!pip install -q pandas", "%%bash\necho hi", "this is not python at all",
            "from agents import Agent\nx = = 3\nagent = Agent(name='A', instructions='Fine.')");
        Assert.Equal("Fine.", conversion.Agents.Single().Definition.Instructions);
        Assert.Equal(
            [("openai-agents", "==0.2.1"), ("pandas", null), ("rich", ">=13")], conversion.Packages.Select(p => (p.Name, p.Version)));
        Assert.Equal(
            [Core.Notebooks.CellOutcome.Support, Core.Notebooks.CellOutcome.Ignored, Core.Notebooks.CellOutcome.NotConverted, Core.Notebooks.CellOutcome.Converted],
            conversion.Cells.Select(c => c.Outcome));
        Assert.Contains("could not be read as Python", conversion.Cells[2].Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string> Greedy =>
    [
        "x = 'a' * 1000\n" + Lines(20, _ => "x = x.replace('a', 'aaaaaaaaaa')"),
        "x = 'a' * 1000\n" + Lines(4, _ => "x = x.replace('a', x)"),
        "x = ('a,' * 1000) * 100\n" + Lines(300, i => $"y{i} = x.split(',')") + "x = y1[0]",
        "x = ('a' * 1000) * 200\n" + Lines(500, i => $"y{i} = x + '{i}'"),
        "x = ('a' * 1000) * 200\n" + Lines(500, i => $"y{i} = x\ny{i} += '{i}'"),
        "x = ('a' * 1000) * 200\nu = unknown()\n" + Lines(20, i => $"y{i} = ''.join([x, u] * 1000)"),
    ];

    [Theory]
    [MemberData(nameof(Greedy))]
    public void A_few_lines_do_not_fill_the_memory(string source)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var conversion = NotebookText.Convert($"from agents import Agent\nagent = Agent(name='A', instructions='Fine.')\n{source}");
        Assert.Equal("Fine.", conversion.Agents.Single().Definition.Instructions);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2L << 30);
    }

    private static string Lines(int count, Func<int, string> line) => string.Join('\n', Enumerable.Range(0, count).Select(line)) + "\n";
}
