using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Keys;

public sealed class KeyCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task The_output_is_the_key_alone(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var created = (await cli.RunAsync("key", "create", "website", "--scope", "runs:write", "runs:read")).Succeeds();
        Assert.Matches("^af_[A-Za-z0-9_]+\n$", created.Output);
        Assert.Contains("is shown this once", created.Error, StringComparison.Ordinal);

        var list = await cli.OutputAsync("key", "list");
        var row = list.Split('\n').Single(line => line.Contains("website", StringComparison.Ordinal));
        Assert.Contains("runs:read runs:write", row, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Output.Trim(), list, StringComparison.Ordinal);

        var id = row.Split(' ')[0];
        Assert.Equal("revoked\n", (await cli.RunAsync("key", "revoke", id)).Succeeds().Error);
    }

    [Fact]
    public async Task A_key_works_until_it_is_revoked()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var key = await cli.JsonAsync("key", "create", "ci", "--scope", "agents:read");
        string[] list = ["agent", "list", "--server", cli.App!.Address.ToString(), "--key", key.Text("key")!];
        (await cli.RunAsync(list)).Succeeds();

        var revoked = await cli.JsonAsync("key", "revoke", key.Text("id")!);
        Assert.Equal(key.Text("id"), revoked.Text("revoked"));
        (await cli.RunAsync(list)).Fails(4, "AGENT_FACTORY_KEY");
    }

    [Theory]
    [InlineData("2099-01-31", "2099-01-31T00:00:00")]
    [InlineData("2099-01-31T18:00:00+01:00", "2099-01-31T17:00:00")]
    [InlineData("2099-01-31T18:00:00Z", "2099-01-31T18:00:00")]
    public async Task Expiry_is_a_time_and_without_a_zone_in_UTC(string typed, string expected)
    {
        await using var cli = await TestCli.StartAsync();
        var key = await cli.JsonAsync("key", "create", "ci", "--scope", "*", "--expires", typed);
        Assert.StartsWith(expected, key.Text("expires_at"));
        var keys = await cli.JsonAsync("key", "list");
        Assert.Contains(keys.EnumerateArray(), k => k.Text("id") == key.Text("id"));
    }

    [Fact]
    public async Task What_makes_no_key_is_refused()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("key", "create", "ci")).Fails(2, "--scope", "key create --help");
        (await cli.RunAsync("key", "create", "ci", "--scope", "fly")).Fails(2, "no such scope", "runs:write");
        (await cli.RunAsync("key", "create", "", "--scope", "*")).Fails(2, "name");
        (await cli.RunAsync("key", "create", "ci", "--scope", "*", "--expires", "soon")).Fails(2, "--expires", "'soon'");
        (await cli.RunAsync("key", "create", "ci", "--scope", "*", "--expires", "2001-01-01")).Fails(2, "expires_at");
        (await cli.RunAsync("key", "revoke", "key_nothing")).Fails(3);
        (await cli.RunAsync("key", "revoke", "..")).Fails(3);
    }
}
