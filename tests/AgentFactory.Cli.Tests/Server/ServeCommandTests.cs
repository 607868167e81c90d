using System.Net;
using System.Net.Sockets;
using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Server;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task It_tells_the_key_once_serves_and_ends_with_0()
    {
        await using var cli = await TestCli.StartAsync();
        var told = await ServeAsync(cli, async text =>
        {
            var key = text.Split('\n').First(l => l.StartsWith("owner key", StringComparison.Ordinal))["owner key".Length..].Trim();
            var url = text.Split('\n').First(l => l.StartsWith("listening", StringComparison.Ordinal))["listening".Length..].Trim();
            (await cli.RunAsync("agent", "list", "--server", url, "--key", key)).Succeeds();
            (await cli.RunAsync("agent", "list")).Succeeds();
            (await cli.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Fails(6, cli.DataPath, "in use");
        }, "--urls", "http://127.0.0.1:0");
        Assert.Equal(0, told.Code);

        var again = await ServeAsync(cli, _ => Task.CompletedTask, "--urls", "http://127.0.0.1:0", "--json");
        Assert.Equal(0, again.Code);
        Assert.Null(again.Json.Text("owner_key"));
        Assert.Equal(cli.DataPath, again.Json.Text("data"));
        Assert.StartsWith("http://127.0.0.1:", Assert.Single(again.Json.NeededList("urls").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Its_addresses_come_from_the_environment_too()
    {
        await using var cli = await TestCli.StartAsync();
        cli.Environment["AGENT_FACTORY_URLS"] = "http://127.0.0.1:0;http://localhost:0";
        var told = await ServeAsync(cli, _ => Task.CompletedTask, "--json");
        Assert.Equal(2, told.Json.NeededList("urls").GetArrayLength());
    }

    [Fact]
    public async Task What_it_cannot_listen_on_is_refused()
    {
        await using var cli = await TestCli.StartAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var refused = await cli.RunAsync("serve", "--urls", $"http://{taken.LocalEndpoint}");
        // The key is made by now, and will not be shown again.
        Assert.StartsWith("owner key  af_", refused.Output);
        (refused with { Output = "" }).Fails(6, "Cannot listen on", "--urls");
        (await cli.RunAsync("serve", "--urls", "https://127.0.0.1:0")).Fails(2, "not an address to listen on");
        (await cli.RunAsync("serve", "--urls", "8080")).Fails(2, "http://127.0.0.1:8080");
        (await cli.RunAsync("serve", "--server", "http://127.0.0.1:1")).Fails(2, "leave --server");
    }

    /// <summary>Serves until <paramref name="whileServing"/> is over, then stops it as Ctrl-C does.</summary>
    private static async Task<Outcome> ServeAsync(TestCli cli, Func<string, Task> whileServing, params string[] args)
    {
        var serving = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var ctrlC = new CancellationTokenSource();
        var terminal = new TestTerminal
        {
            CancellationToken = ctrlC.Token,
            OnOutput = text =>
            {
                // The last it tells is where its data is.
                if (text.Contains("data ", StringComparison.Ordinal) || text.TrimEnd().EndsWith('}')) serving.TrySetResult(text);
            },
        };
        var outcome = cli.RunAsync(terminal, ["serve", .. args]);
        await Task.WhenAny(serving.Task, outcome);
        if (serving.Task.IsCompleted) await whileServing(await serving.Task);
        await ctrlC.CancelAsync();
        return await outcome;
    }
}
