using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Tools;

public sealed class ToolCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_tool_lives_from_create_to_delete(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var file = cli.File("doubler.json", Samples.Doubler);
        Assert.Equal("doubler is created.\n", await cli.OutputAsync("tool", "create", file));
        var shown = await cli.OutputAsync("tool", "show", "doubler");
        Assert.Contains("kind         python\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("\ndef doubler(n):\n    return n * 2\n", shown);

        var wordy = cli.File("wordy.json", Samples.Doubler.Replace("Doubles a number.", "Gives twice a number.", StringComparison.Ordinal));
        Assert.Equal("doubler is updated.\n", await cli.OutputAsync("tool", "update", "doubler", wordy));
        var list = await cli.OutputAsync("tool", "list");
        var row = list.Split('\n').Single(l => l.StartsWith("doubler", StringComparison.Ordinal));
        Assert.Contains("python", row, StringComparison.Ordinal);
        Assert.EndsWith("Gives twice a number.", row);

        Assert.Equal("deleted\n", (await cli.RunAsync("tool", "delete", "doubler")).Succeeds().Error);
        (await cli.RunAsync("tool", "show", "doubler")).Fails(3, "no such tool");
    }

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_call_prints_what_the_tool_returns(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        Assert.Equal("1024\n", await cli.OutputAsync("tool", "call", "calculator", "--args", """{"expression": "2 ** 10"}"""));
        var json = await cli.JsonAsync("tool", "call", "calculator", "--args", """{"expression": "1 + 1"}""");
        Assert.Equal("2", json.Text("content"));
    }

    [Fact]
    public async Task A_call_that_fails_exits_1_and_says_why()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        (await cli.RunAsync("tool", "call", "calculator", "--args", """{"expression": "1 / 0"}""")).Fails(1, "zero");
        var json = await cli.RunAsync("tool", "call", "calculator", "--args", """{"expression": "1 / 0"}""", "--json");
        Assert.Equal(1, json.Code);
        Assert.True(json.Json.GetProperty("is_error").GetBoolean());
    }

    [Fact]
    public async Task Arguments_and_definitions_must_be_json()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        (await cli.RunAsync("tool", "call", "calculator", "--args", "expression=1")).Fails(2, "--args is not JSON", "line 1");
        (await cli.RunAsync("tool", "call", "calculator", "--args", "[1]")).Fails(2, "no JSON object");
        (await cli.RunAsync("tool", "create", cli.File("no.json", "{\n  nonsense\n}"))).Fails(2, "no.json is not JSON", "line 2");
        (await cli.RunAsync("tool", "call", "nothing")).Fails(3, "no such tool");
    }

    [Fact]
    public async Task Json_is_one_document_for_every_subcommand()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var file = cli.File("doubler.json", Samples.Doubler);
        Assert.Equal("doubler", (await cli.JsonAsync("tool", "create", file)).Text("name"));
        Assert.Equal("doubler", (await cli.JsonAsync("tool", "update", "doubler", file)).Text("name"));
        Assert.Equal("python", (await cli.JsonAsync("tool", "show", "doubler")).Text("kind"));
        var names = (await cli.JsonAsync("tool", "list")).EnumerateArray().Select(t => t.Text("name"));
        Assert.Contains("calculator", names);
        Assert.Equal("doubler", (await cli.JsonAsync("tool", "delete", "doubler")).Text("deleted"));
    }

    [Fact]
    public async Task A_built_in_tool_is_shown_and_stays()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        Assert.Contains("builtin", await cli.OutputAsync("tool", "show", "calculator"), StringComparison.Ordinal);
        Assert.NotEqual(0, (await cli.RunAsync("tool", "delete", "calculator")).Code);
        (await cli.RunAsync("tool", "show", "calculator")).Succeeds();
    }
}
