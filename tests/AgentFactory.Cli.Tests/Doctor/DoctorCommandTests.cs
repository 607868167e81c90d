using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Doctor;

public sealed class DoctorCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task Each_part_has_a_line_that_says_how_it_is(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var text = await cli.OutputAsync("doctor");
        Assert.Matches("(?m)^ok       program      agent-factory [0-9.]+, \\.NET 10", text);
        Assert.Matches("(?m)^ok       server       version [0-9.]+, sqlite, answers$", text);
        Assert.Matches("(?m)^missing  models       ready: .*OPENAI_API_KEY.*agent-factory secret set", text);
        Assert.Equal(place != Place.Url, text.Contains(cli.DataPath, StringComparison.Ordinal));

        var json = (await cli.JsonAsync("doctor")).EnumerateArray().ToList();
        Assert.Equal(text.TrimEnd('\n').Split('\n').Length, json.Count);
        Assert.All(json, c => Assert.Contains(c.Text("state"), (string[])["ok", "missing"]));
    }

    [Fact]
    public async Task A_setting_that_is_wrong_is_broken_and_named()
    {
        await using var cli = await TestCli.StartAsync();
        cli.Environment["AGENT_FACTORY_OUTBOUND_ALLOW"] = "10.0.0.0/99";
        var doctor = await cli.RunAsync("doctor", "--json");
        Assert.Equal(1, doctor.Code);
        Assert.All(
            doctor.Json.EnumerateArray().Where(c => c.Text("state") == "broken"),
            c => Assert.Contains("AGENT_FACTORY_OUTBOUND_ALLOW", c.Text("finding"), StringComparison.Ordinal));
        (await cli.RunAsync("agent", "list")).Fails(2, "AGENT_FACTORY_OUTBOUND_ALLOW");
    }

    [Fact]
    public async Task Without_a_sandbox_it_says_how_to_get_one()
    {
        await using var cli = await TestCli.StartAsync();
        cli.Environment["AGENT_FACTORY_BUBBLEWRAP"] = "/nowhere/bwrap";
        var sandbox = Assert.Single((await cli.JsonAsync("doctor")).EnumerateArray(), c => c.Text("part") == "sandbox");
        Assert.Equal("missing", sandbox.Text("state"));
        Assert.Contains("bubblewrap", sandbox.Text("finding"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_none_of_ours_is_broken()
    {
        await using var server = await FakeServer.StartAsync(200, "application/json", "{}");
        await using var cli = await TestCli.StartAsync();
        var doctor = await cli.RunAsync("doctor", "--server", server.Url);
        Assert.Equal(1, doctor.Code);
        Assert.Contains("broken   server", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_finds_wrong_with_itself_is_shown()
    {
        const string Health = """{"version": "1", "checks": {"database": "It is gone."}, "sandbox": {"works": false}, "data": []}""";
        await using var server = await FakeServer.StartAsync(200, "application/json", Health);
        await using var cli = await TestCli.StartAsync();
        var doctor = await cli.RunAsync("doctor", "--server", server.Url);
        Assert.Equal(1, doctor.Code);
        Assert.Contains("broken   server       database: It is gone.\n", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("missing  sandbox      The server has none that works", doctor.Output, StringComparison.Ordinal);
    }
}
