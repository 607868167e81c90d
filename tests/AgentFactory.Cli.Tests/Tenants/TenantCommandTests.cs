using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Tenants;

public sealed class TenantCommandTests
{
    [Theory]
    [InlineData(Place.Folder)]
    [InlineData(Place.Socket)]
    public async Task The_operator_makes_tenants_whose_key_is_shown_once(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var created = (await cli.RunAsync("tenant", "create", "acme")).Succeeds();
        Assert.Matches("^af_[A-Za-z0-9_]+\n$", created.Output);
        Assert.Contains("shown this once", created.Error, StringComparison.Ordinal);
        var list = await cli.OutputAsync("tenant", "list");
        Assert.Contains("acme", list, StringComparison.Ordinal);
        Assert.Contains("default", list, StringComparison.Ordinal);

        Assert.StartsWith("ten_", (await cli.JsonAsync("tenant", "create", "other")).Text("id"));
        Assert.Equal(3, (await cli.JsonAsync("tenant", "list")).GetArrayLength());
        (await cli.RunAsync("tenant", "create", "")).Fails(2, "name");
    }

    [Fact]
    public async Task A_tenants_own_key_makes_no_tenants()
    {
        await using var cli = await TestCli.StartAsync(Place.Url);
        (await cli.RunAsync("tenant", "create", "acme")).Fails(4);
        (await cli.RunAsync("tenant", "list")).Fails(4);
    }
}
