using AgentFactory.Cli.Tests.Harness;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Cli.Tests.Connection;

public sealed class DataFolderTests
{
    [Fact]
    public async Task What_can_be_no_data_folder_is_refused_with_the_next_step()
    {
        await using var cli = await TestCli.StartAsync();
        var file = cli.File("a-file", "text");
        (await cli.RunAsync("agent", "list", "--data", file)).Fails(6, file, "--data");
        (await cli.RunAsync("agent", "list", "--data", Path.Combine(file, "below"))).Fails(6, "--data");
        (await cli.RunAsync("agent", "list", "--data", "")).Fails(2, "--data is empty");
        (await cli.RunAsync("agent", "list", "--data", "no\0path")).Fails(2, "--data");
        // Not even root can write there.
        (await cli.RunAsync("agent", "list", "--data", "/proc/agent-factory")).Fails(6, "/proc/agent-factory", "--data");
        var doctor = await cli.RunAsync("doctor", "--data", file, "--json");
        Assert.Equal(1, doctor.Code);
        Assert.Contains(doctor.Json.EnumerateArray(), c => c.GetProperty("state").GetString() == "broken");
    }

    [Fact]
    public async Task The_environment_names_the_folder_and_the_option_goes_before_it()
    {
        await using var cli = await TestCli.StartAsync();
        Assert.Equal(cli.DataPath + "\n", await cli.OutputAsync("data", "path"));
        Assert.Equal(cli.Free("other") + "\n", await cli.OutputAsync("data", "path", "--data", cli.Free("other")));
        cli.Environment["AGENT_FACTORY_DATA"] = "";
        Assert.EndsWith("agent-factory\n", await cli.OutputAsync("data", "path"));
    }

    [Fact]
    public async Task Two_commands_at_once_share_the_folder()
    {
        await using var cli = await TestCli.StartAsync();
        await cli.AddBotAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => cli.RunAsync("agent", "list"))));
        Assert.All(outcomes, o => Assert.Contains("bot", o.Succeeds().Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_whose_owner_does_not_speak_is_busy()
    {
        await using var cli = await TestCli.StartAsync();
        using var owner = DataFolder.Open(cli.DataPath);
        (await cli.RunAsync("agent", "list")).Fails(6, cli.DataPath, "does not answer");
    }

    [Fact]
    public async Task What_a_crash_left_behind_is_in_nobodys_way()
    {
        await using var cli = await TestCli.StartAsync();
        await cli.AddBotAsync();
        File.WriteAllText(Path.Combine(cli.DataPath, "agent-factory.owner"), $"{int.MaxValue}\n{cli.DataPath}/agent-factory.sock\n");
        File.WriteAllText(Path.Combine(cli.DataPath, "agent-factory.sock"), "");
        Assert.Contains("bot", await cli.OutputAsync("agent", "list"), StringComparison.Ordinal);
    }
}
