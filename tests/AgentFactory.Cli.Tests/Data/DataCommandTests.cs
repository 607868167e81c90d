using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Data;

public sealed class DataCommandTests
{
    [Theory]
    [InlineData(Place.Folder)]
    [InlineData(Place.Socket)]
    public async Task A_backup_comes_back_with_everything_in_it(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        (await cli.RunAsync(new TestTerminal { Input = "kept" }, "secret", "set", "TOKEN")).Succeeds();
        var (file, copy) = (cli.Free("monday.afbackup"), cli.Free("copy"));
        var backup = (await cli.RunAsync("data", "backup", file, "--with-master-key")).Succeeds();
        Assert.Contains(file, backup.Output, StringComparison.Ordinal);
        Assert.Contains("can read every secret", backup.Error, StringComparison.Ordinal);

        (await cli.RunAsync("data", "restore", file, "--data", copy)).Succeeds();
        Assert.Contains("bot", await cli.OutputAsync("agent", "list", "--data", copy), StringComparison.Ordinal);
        Assert.Contains("TOKEN", await cli.OutputAsync("secret", "list", "--data", copy), StringComparison.Ordinal);
        (await cli.RunAsync("data", "restore", file, "--data", copy)).Fails(5, "--replace");
        var replaced = await cli.JsonAsync("data", "restore", file, "--data", copy, "--replace");
        Assert.True(Path.Exists(replaced.Text("kept_in")));
    }

    [Fact]
    public async Task Without_its_key_a_backup_says_where_the_key_is()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var file = cli.Free("monday.afbackup");
        var backup = (await cli.RunAsync("data", "backup", file, "--json")).Succeeds();
        Assert.Equal(file, backup.Json.Text("path"));
        Assert.Contains("master.key", backup.Error, StringComparison.Ordinal);
        var restored = (await cli.RunAsync("data", "restore", file, "--data", cli.Free("copy"))).Succeeds();
        Assert.Contains("master.key", restored.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_backed_up_or_restored_is_refused()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var file = cli.File("there", "text");
        Assert.NotEqual(0, (await cli.RunAsync("data", "backup", file)).Code);
        Assert.Equal("text", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Contains((await cli.RunAsync("data", "restore", file, "--data", cli.Free("copy"))).Code, (int[])[2, 6]);
        Assert.Contains((await cli.RunAsync("data", "restore", cli.Free("missing"), "--data", cli.Free("copy"))).Code, (int[])[2, 3]);
        (await cli.RunAsync("data", "backup", cli.Free("x"), "--server", "http://127.0.0.1:1")).Fails(2, "--data");
        (await cli.RunAsync("data", "restore", file, "--server", "http://127.0.0.1:1")).Fails(2, "--data");
    }

    [Fact]
    public async Task The_path_is_a_line_or_a_document()
    {
        await using var cli = await TestCli.StartAsync();
        Assert.Equal(cli.DataPath, (await cli.JsonAsync("data", "path")).Text("path"));
    }
}
