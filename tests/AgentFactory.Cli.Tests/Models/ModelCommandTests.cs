using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Models;

public sealed class ModelCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task Models_are_listed_with_what_they_need_and_cost(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var lines = (await cli.OutputAsync("model", "list")).Split('\n');
        Assert.StartsWith("MODEL", lines[0]);
        Assert.Contains("  yes", lines.First(l => l.StartsWith("demo/offline", StringComparison.Ordinal)), StringComparison.Ordinal);
        var priced = lines.First(l => l.StartsWith("openai/gpt-4.1-mini", StringComparison.Ordinal));
        Assert.Contains("set OPENAI_API_KEY", priced, StringComparison.Ordinal);
        Assert.EndsWith("1M tokens in USD", priced);

        var json = await cli.JsonAsync("model", "list");
        Assert.Contains(json.EnumerateArray(), m => m.Text("id") == "demo/offline");
    }

    [Fact]
    public async Task A_models_provider_is_ready_once_its_secret_is_set()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync(new TestTerminal { Input = "sk-1" }, "secret", "set", "OPENAI_API_KEY")).Succeeds();
        var json = await cli.JsonAsync("model", "list");
        Assert.All(json.EnumerateArray(), m => Assert.True(m.GetProperty("available").GetBoolean()));
    }
}
