using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Server;

public sealed class VersionCommandTests
{
    [Fact]
    public async Task The_version_is_a_line_or_a_document()
    {
        await using var cli = await TestCli.StartAsync();
        var version = (await cli.JsonAsync("version")).Text("version");
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", version);
        Assert.StartsWith($"agent-factory {version} (.NET 10", await cli.OutputAsync("version"));
    }
}
