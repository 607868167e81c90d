using System.Text.Json;
using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Cli.Tests.Runs;

public sealed class RunCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_run_is_listed_shown_and_told_step_by_step(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        var id = await cli.AskBotAsync();

        Assert.Contains(id, await cli.OutputAsync("run", "list"), StringComparison.Ordinal);
        Assert.Contains(id, await cli.OutputAsync("run", "list", "--agent", "bot", "--status", "ended"), StringComparison.Ordinal);
        Assert.Equal("[]\n", await cli.OutputAsync("run", "list", "--status", "running", "--json"));
        var shown = await cli.OutputAsync("run", "show", id);
        Assert.Contains("outcome      completed\n", shown, StringComparison.Ordinal);
        Assert.Contains("agent        bot version 1\n", shown, StringComparison.Ordinal);
        Assert.Equal(id, (await cli.JsonAsync("run", "show", id)).Text("id"));

        var told = await cli.OutputAsync("run", "events", id);
        Assert.StartsWith("   1  started     bot version 1 on demo/offline\n", told);
        Assert.EndsWith("ended       completed\n", told);
        Assert.Equal(told, await cli.OutputAsync("run", "events", id, "--follow"));
    }

    [Fact]
    public async Task Events_are_one_document_and_followed_one_a_line()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        var id = await cli.AskBotAsync();
        var events = (await cli.JsonAsync("run", "events", id)).EnumerateArray().ToList();
        Assert.Equal("run.started", events[0].Text("type"));
        Assert.Equal("run.ended", events[^1].Text("type"));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Number("seq")));

        var lines = (await cli.OutputAsync("run", "events", id, "--follow", "--json")).TrimEnd('\n').Split('\n');
        Assert.Equal(events.Select(e => e.Text("hash")), lines.Select(l => JsonElement.Parse(l).Text("hash")));
    }

    [Fact]
    public async Task A_running_run_is_followed_and_cancelled()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var asked = new TaskCompletionSource();
        cli.Models.On("endless", async (_, cancellationToken) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new ScriptedAnswer("never");
        });
        await cli.AddBotAsync("script/endless");
        var asking = cli.RunAsync("ask", "bot", "Go", "-q");
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var id = Assert.Single((await cli.JsonAsync("run", "list", "--status", "running")).EnumerateArray()).Needed("id");
        var following = cli.RunAsync("run", "events", id, "--follow");

        Assert.Equal($"{id} is cancelled.\n", await cli.OutputAsync("run", "cancel", id));
        (await asking).Fails(1, "cancelled");
        Assert.EndsWith("ended       cancelled\n", (await following).Succeeds().Output);
        // What is over stays as it ended.
        Assert.Equal("cancelled", (await cli.JsonAsync("run", "cancel", id)).Text("outcome"));
    }

    [Fact]
    public async Task A_list_of_many_pages_is_read_to_its_limit()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        for (var i = 0; i < 104; i++) (await cli.RunAsync("session", "create", "bot")).Succeeds();
        Assert.Equal(103, (await cli.JsonAsync("session", "list", "--limit", "103")).GetArrayLength());
        Assert.Equal(104, (await cli.JsonAsync("session", "list", "--limit", "1000")).GetArrayLength());
        Assert.Equal(20, (await cli.JsonAsync("session", "list")).GetArrayLength());
    }

    [Fact]
    public async Task What_is_no_run_is_refused()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        foreach (var command in (string[][])[["show"], ["events"], ["events", "--follow"], ["cancel"]])
        {
            (await cli.RunAsync(["run", .. command, "run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"])).Fails(3, "no such run");
            (await cli.RunAsync(["run", .. command, "../agents"])).Fails(3);
        }
        (await cli.RunAsync("run", "list", "--status", "asleep")).Fails(2, "asleep");
        (await cli.RunAsync("run", "list", "--limit", "0")).Fails(2, "--limit", "'0'");
        (await cli.RunAsync("run", "list", "--limit", "many")).Fails(2, "--limit", "'many'");
        Assert.Equal("none\n", (await cli.RunAsync("run", "list", "--agent", "nobody")).Succeeds().Error);
    }
}
