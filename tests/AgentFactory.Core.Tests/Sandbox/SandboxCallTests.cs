using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Sandbox;

/// <summary>What a tool may count on: how it is called, and what becomes of what it returns, prints and raises.</summary>
public sealed class SandboxCallTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task The_self_test_really_calls() =>
        Assert.Null(await sandbox.Sandbox.SelfTestAsync(TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("def f(a, b=2): return a + b", "f", """{"a":1}""", "3")]
    [InlineData("async def f(a):\n    import asyncio\n    await asyncio.sleep(0)\n    return [a]", "f", """{"a":"x"}""", """["x"]""")]
    [InlineData("class T:\n    @staticmethod\n    def f(a): return a", "T.f", """{"a":null}""", "null")]
    [InlineData("class T:\n    @classmethod\n    def f(cls, a): return cls.__name__ + a", "T.f", """{"a":"!"}""", "\"T!\"")]
    [InlineData("class T:\n    def f(self, a): return a * 2", "T.f", """{"a":2}""", "4")]
    [InlineData("def f(a, /, b, *c, **d): return [a, b, c, d]", "f",
        """{"a":1,"b":2,"c":[3,4],"d":{"e":5}}""", """[1, 2, [3, 4], {"e": 5}]""")]
    [InlineData("def f():\n    yield 1\n    yield 2", "f", "{}", "[1, 2]")]
    [InlineData("import functools\n@functools.lru_cache\ndef f(a): return a", "f", """{"a":"ü\u0000😀"}""", "\"ü\\u0000😀\"")]
    [InlineData("def f(): return __name__ != '__main__'", "f", "{}", "true")]
    [InlineData("import inspect\ndef f(): return inspect.getsource(f)", "f", "{}", "\"def f(): return inspect.getsource(f)\\n\"")]
    public async Task Functions_of_every_form_are_called_with_keywords(string code, string function, string arguments, string json)
    {
        var result = await sandbox.RunAsync(code, function, arguments);
        Assert.Equal((json, null), (result.Json, result.Error));
    }

    [Theory]
    [InlineData("import enum\nclass C(enum.Enum):\n    RED = 'red'\ndef f(a: C): return a is C.RED", """{"a":"red"}""")]
    [InlineData("import enum\nclass C(enum.Enum):\n    RED = 1\ndef f(a: C): return a is C.RED", """{"a":"RED"}""")]
    [InlineData(
        "from dataclasses import dataclass\n@dataclass\nclass In:\n    n: int\n"
        + "@dataclass\nclass P:\n    ins: list[In]\ndef f(p: P): return p.ins[0].n == 3",
        """{"p":{"ins":[{"n":3.0}]}}""")]
    [InlineData("from typing import Optional\nimport datetime\ndef f(d: Optional[datetime.date]): return d.year == 2026",
        """{"d":"2026-01-02"}""")]
    [InlineData("import datetime\ndef f(d: 'datetime.datetime | None' = None): return d.utcoffset().seconds == 0",
        """{"d":"2026-01-02T03:04:05Z"}""")]
    [InlineData("from decimal import Decimal\ndef f(d: Decimal): return d == Decimal('0.1')", """{"d":0.1}""")]
    [InlineData("from typing import Annotated\ndef f(s: Annotated[set[str], 'tags']): return s == {'a', 'b'}", """{"s":["a","b","a"]}""")]
    [InlineData("def f(t: tuple[int, float], n: int): return t == (1, 2.0) and type(t[1]) is float and type(n) is int",
        """{"t":[1,2],"n":4.0}""")]
    [InlineData("from typing import Union\ndef f(v: Union[int, str]): return v == '7'", """{"v":"7"}""")]
    [InlineData("import uuid, pathlib\ndef f(u: uuid.UUID, p: pathlib.Path): return u.version == 4 and p.name == 'x'",
        """{"u":"6f9619ff-8b86-4011-b42d-00c04fc964ff","p":"/a/x"}""")]
    [InlineData("def f(a: 'NoSuchType'): return a == 1", """{"a":1}""")]
    public async Task Arguments_become_what_the_annotations_ask_for(string code, string arguments)
    {
        var result = await sandbox.RunAsync(code, arguments: arguments);
        Assert.Equal(("true", null), (result.Json, result.Error));
    }

    [Fact]
    public async Task Objects_with_the_interface_of_a_pydantic_model_are_validated_and_dumped()
    {
        const string code = """
            class Model:
                def __init__(self, n): self.n = n
                @classmethod
                def model_validate(cls, value): return cls(int(value["n"]))
                def model_dump(self, mode): return {"n": self.n, "mode": mode}
            def f(m: Model): return m
            """;
        Assert.Equal("""{"n": 5, "mode": "json"}""", (await sandbox.RunAsync(code, arguments: """{"m":{"n":"5"}}""")).Json);
    }

    [Theory]
    [InlineData("float('nan')", "\"nan\"")]
    [InlineData("{1: {2, }, 'b': b'x'}", """{"1": [2], "b": "x"}""")]
    [InlineData("object", "\"<class 'object'>\"")]
    [InlineData("__import__('datetime').date(2026, 1, 2)", "\"2026-01-02\"")]
    [InlineData("__import__('decimal').Decimal('1.10')", "\"1.10\"")]
    [InlineData("10 ** 40", "10000000000000000000000000000000000000000")]
    [InlineData("'\\ud800'", "\"?\"")]
    public async Task What_is_not_json_is_returned_by_a_rule(string expression, string json) =>
        Assert.Equal(json, (await sandbox.RunAsync($"def f(): return {expression}")).Json);

    [Fact]
    public async Task A_value_that_contains_itself_still_comes_back()
    {
        var result = await sandbox.RunAsync("def f():\n    a = []\n    a.append(a)\n    return a");
        Assert.StartsWith("[[[", result.Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prints_are_kept_apart_from_the_result()
    {
        const string code = """
            import os, sys
            print('loading')
            def f():
                print('one')
                sys.stderr.write('two\n')
                os.write(1, b'three\n')
                return 1
            """;
        var result = await sandbox.RunAsync(code);
        Assert.Equal("1", result.Json);
        Assert.Equal("loading\none\ntwo\nthree\n", result.Output);
    }

    [Theory]
    [InlineData("def f(): return 1 / 0", "ZeroDivisionError: division by zero")]
    [InlineData("def f(a): pass", "TypeError: f() missing 1 required positional argument: 'a'")]
    [InlineData("def g(): pass", "LookupError: the module has no 'f'")]
    [InlineData("f = 3", "TypeError: 'f' is int, not a function")]
    [InlineData("def f(:", "SyntaxError: invalid syntax (agent_tool.py, line 1)")]
    [InlineData("def f(): raise SystemExit(3)", "SystemExit: the tool ended the interpreter instead of returning")]
    [InlineData("import os\ndef f(): os._exit(3)", "The tool ended the interpreter with exit code 3 instead of returning.")]
    [InlineData("import os\ndef f(): os.kill(os.getpid(), 11)", "The tool crashed: segmentation fault.")]
    [InlineData("def f(): return f()", "RecursionError: maximum recursion depth exceeded")]
    public async Task Errors_come_back_as_type_and_message(string code, string error)
    {
        var result = await sandbox.RunAsync(code);
        Assert.Equal((null, error), (result.Json, result.Error));
    }

    [Theory]
    [InlineData("import no_such_module", new string[0], "the Python package 'no-such-module'")]
    [InlineData("import bs4.element", new string[0], "the Python package 'beautifulsoup4'")]
    [InlineData("import fancy_lib", new[] { "Fancy-Lib[extra]>=2" }, "the Python package 'Fancy-Lib'")]
    public async Task A_module_that_is_not_there_names_its_package(string import, string[] requirements, string words)
    {
        var result = await sandbox.RunAsync(import + "\ndef f(): pass", requirements: requirements);
        Assert.StartsWith("ModuleNotFoundError: No module named", result.Error, StringComparison.Ordinal);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_sees_its_variables_and_its_scratch_folder_and_leaves_nothing_to_the_next()
    {
        const string code = """
            import os
            def f():
                before = os.path.exists("/scratch/note")
                open("note", "w").write("x")
                return [before, os.getcwd(), os.environ.get("TOKEN"), sorted(os.listdir("/scratch"))]
            """;
        var first = await sandbox.RunAsync(code, environment: new Dictionary<string, string> { ["TOKEN"] = "t" });
        var second = await sandbox.RunAsync(code);
        Assert.Equal("""[false, "/scratch", "t", ["agent_tool.py", "note"]]""", first.Json);
        Assert.Equal("""[false, "/scratch", null, ["agent_tool.py", "note"]]""", second.Json);
    }

    [Fact]
    public async Task Threads_and_processes_left_running_do_not_hold_up_the_answer()
    {
        const string code = """
            import subprocess, sys, threading, time
            def f():
                threading.Thread(target=time.sleep, args=(600,)).start()
                subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
                return "done"
            """;
        Assert.Equal("\"done\"", (await sandbox.RunAsync(code, limits: new SandboxLimits { WallTime = TimeSpan.FromMinutes(5) })).Json);
    }

    [Fact]
    public async Task A_value_larger_than_the_channel_is_refused_with_the_limit()
    {
        var result = await sandbox.RunAsync("def f(): return 'x' * 3_000_000");
        Assert.Equal("The tool returned a value of more than 1 MiB of JSON and was stopped.", result.Error);
    }
}
