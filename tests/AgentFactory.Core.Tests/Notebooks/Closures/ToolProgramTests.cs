namespace AgentFactory.Core.Tests.Notebooks.Closures;

/// <summary>Programs of tools are run by the machine's own Python, as the sandbox would run them.</summary>
public sealed class ToolProgramTests
{
    private const string Sdk = "from agents import Agent, function_tool, RunContextWrapper\n";

    [Fact]
    public async Task A_program_holds_whatever_its_function_uses_and_nothing_else()
    {
        var conversion = NotebookText.Convert(
            Sdk + "import math, json as j\nimport collections.abc\nfrom datetime import date, timedelta\nUNUSED = open('nowhere').read()",
            """
            RATE = 3
            class Money:
                def __init__(self, amount): self.amount = amount
                def text(self): return label(self.amount)
            def label(n):
                import textwrap
                return textwrap.shorten(f"{n} coins", 40)
            prices = {"tea": 2}
            """,
            """
            prices["cake"] = 5
            prices.update(milk=1)
            @function_tool
            def total(item: str, count: int = 1) -> dict:
                '''Adds up.'''
                sum_ = prices[item] * count * RATE
                return {"text": Money(math.floor(sum_)).text(), "day": str(date(2024, 1, 1) + timedelta(days=count)), "raw": j.dumps([sum_])}
            agent = Agent(name="A", tools=[total])
            """);
        var tool = conversion.Tool("total");
        var code = tool.Definition.Python!.Code;
        Assert.DoesNotContain("agents", code, StringComparison.Ordinal);
        Assert.DoesNotContain("UNUSED", code, StringComparison.Ordinal);
        Assert.DoesNotContain("collections", code, StringComparison.Ordinal);
        Assert.Empty(tool.Definition.Python.Requirements);
        Assert.Empty(tool.State);
        Assert.Equal("""{"text": "30 coins", "day": "2024-01-03", "raw": "[30]"}""", await PythonTool.RunAsync(tool, """{"item": "cake", "count": 2}"""));
    }

    [Theory]
    [InlineData("static method", """
        class Shop:
            factor = 2
            @staticmethod
            @function_tool
            def double(n: int) -> int: return n * Shop.factor
        agent = Agent(name="A", tools=[Shop.double])
        """, """{"n": 4}""", "8")]
    [InlineData("partial", """
        from functools import partial
        def scale(factor: int, n: int) -> int: return n * factor
        agent = Agent(name="A", tools=[function_tool(partial(scale, 5))])
        """, """{"n": 4}""", "20")]
    [InlineData("method of an object", """
        class Shop:
            def __init__(self, factor): self.factor = factor
            def double(self, n: int) -> int: return n * self.factor
        shop = Shop(3)
        agent = Agent(name="A", tools=[function_tool(shop.double)])
        """, """{"n": 4}""", "12")]
    [InlineData("function inside a factory", """
        def build(greeting="Hi"):
            from string import capwords
            names = {"a": "ada"}
            def full(key): return capwords(names[key])
            @function_tool
            def greet(key: str) -> str:
                return f"{greeting} {full(key)}"
            return Agent(name="A", tools=[greet])
        agent = build(greeting="Hello")
        """, """{"key": "a"}""", "\"Hello Ada\"")]
    [InlineData("async with a context", """
        import asyncio
        @function_tool
        async def wait(ctx: RunContextWrapper, seconds: float, unit: str = "s"):
            await asyncio.sleep(0)
            return f"{seconds}{unit}"
        agent = Agent(name="A", tools=[wait])
        """, """{"seconds": 1.5}""", "\"1.5s\"")]
    [InlineData("dataclasses and enumerations", """
        from dataclasses import dataclass
        from enum import Enum
        from typing import List, Optional
        class Size(Enum):
            SMALL = "small"
            LARGE = "large"
        @dataclass
        class Item:
            name: str
            price: float
        @function_tool
        def order(items: List[Item], size: Optional[Size] = None) -> str:
            return f"{sum(i.price for i in items)} {size.name if size else '-'}"
        agent = Agent(name="A", tools=[order])
        """, """{"items": [{"name": "a", "price": 2.5}, {"name": "b", "price": 1}], "size": "large"}""", "\"3.5 LARGE\"")]
    [InlineData("a fallback import and a changed name", """
        try:
            import surely_not_installed as fast
        except ImportError:
            fast = None
        limit = 1
        @function_tool
        def check() -> str: return f"{fast} {limit}"
        limit = 2
        agent = Agent(name="A", tools=[check])
        """, "{}", "\"None 2\"")]
    [InlineData("a decorated helper", """
        from functools import lru_cache
        def twice(f):
            def inner(x): return f(f(x))
            return inner
        @lru_cache(maxsize=None)
        def one(x): return x + 1
        @twice
        def two(x): return one(x)
        @function_tool
        def up(x: int) -> int: return two(x)
        agent = Agent(name="A", tools=[up])
        """, """{"x": 1}""", "3")]
    [InlineData("text that looks like code", """"
        @function_tool
        def text(a: str) -> str:
            '''
              Keeps "quotes" and
            indentation.
            '''
            return """
        x = {a}
            y""".replace("{a}", a) + r'\n' + f'{a!r:>5}'
        agent = Agent(name="A", tools=[text])
        """", """{"a": "z"}""", "\"\\nx = z\\n    y\\\\n  'z'\"")]
    public async Task Every_way_to_make_a_tool_gives_a_program_that_runs(string what, string source, string arguments, string answer)
    {
        var tool = NotebookText.Convert(Sdk, source).Tools.Single();
        Assert.False(string.IsNullOrEmpty(what));
        Assert.Equal(answer.Trim(), await PythonTool.RunAsync(tool, arguments));
    }

    [Fact]
    public async Task A_tool_class_runs_without_its_framework()
    {
        var conversion = NotebookText.Convert("""
            from crewai import Agent
            from crewai.tools import BaseTool
            from pydantic import BaseModel, Field
            from typing import Type
            class Input(BaseModel):
                query: str = Field(...)
            class Ask(BaseTool):
                name: str = Field(default="Ask it")
                description: str = "Asks."
                args_schema: Type[BaseModel] = Input
                prefix: str = ">"
                def _run(self, query: str) -> str:
                    return f"{self.prefix} {self.name}: {query}"
            ask = Ask(prefix="=>")
            agent = Agent(role="R", goal="G", backstory="B", tools=[ask])
            """);
        Assert.Equal("\"=> Ask it: x\"", await PythonTool.RunAsync(conversion.Tool("ask_it"), """{"query": "x"}"""));
        Assert.Empty(conversion.Tool("ask_it").Definition.Python!.Requirements);
    }

    [Fact]
    public async Task A_functions_tool_with_its_own_schema_gets_its_arguments_as_json()
    {
        var conversion = NotebookText.Convert("""
            import json
            from agents import Agent, FunctionTool
            async def invoke(ctx, args):
                return json.loads(args)["n"] + 1
            tool = FunctionTool(name="inc", description="One more.", params_json_schema={"type": "object", "properties": {"n": {"type": "integer"}}},
                on_invoke_tool=invoke)
            agent = Agent(name="A", tools=[tool])
            """);
        Assert.Equal("5", await PythonTool.RunAsync(conversion.Tool("inc"), """{"n": 4}"""));
    }

    [Fact]
    public void State_secrets_packages_and_what_must_be_granted_are_named()
    {
        var conversion = NotebookText.Convert(Sdk, """
            import os, requests, subprocess
            from google.colab import userdata
            from getpass import getpass
            from helpers import shout
            API = "https://api.example.com"
            key = os.getenv("WEATHER_KEY")
            other = getpass("Other key: ")
            calls = []
            counter = 0
            result = await something()
            @function_tool
            def fetch(city: str) -> str:
                global counter
                counter += 1
                calls.append(city)
                open("log.txt", "a").write(city)
                eval("1")
                subprocess.run(["ls"])
                return shout(requests.get(API, headers={"k": key, "o": other, "u": userdata.get("COLAB_KEY")}).text) + str(result) + undefined
            agent = Agent(name="A", tools=[fetch])
            """);
        var tool = conversion.Tool("fetch");
        Assert.Equal(["calls", "counter"], tool.State);
        Assert.Equal(["code", "files", "network", "processes"], tool.Needs);
        Assert.Equal(["requests"], tool.Definition.Python!.Requirements);
        Assert.Equal(["COLAB_KEY", "OTHER", "WEATHER_KEY"], tool.Definition.Python.Secrets);
        Assert.False(tool.Definition.Python.Network);
        Assert.Equal(Core.Tools.ToolEffect.Once, tool.Definition.Effect);
        var findings = conversion.Findings.Where(f => f.About == "fetch").Select(f => f.What).ToList();
        Assert.Contains(findings, f => f.Contains("does not define for it: result, undefined", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("not in the notebook: helpers", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Contains("not kept between calls: calls, counter", StringComparison.Ordinal));
    }
}
