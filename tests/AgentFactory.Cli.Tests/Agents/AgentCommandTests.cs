using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Agents;

public sealed class AgentCommandTests
{
    private static readonly string Second = Samples.Bot.Replace("Answer.", "Answer briefly.", StringComparison.Ordinal);

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task An_agent_lives_from_create_to_delete(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        Assert.Equal("bot answers with version 1.\n", await cli.OutputAsync("agent", "create", cli.File("bot.yaml", Samples.Bot)));
        Assert.Equal(
            "bot has version 2, published.\n", await cli.OutputAsync("agent", "update", "bot", cli.File("second.yaml", Second)));
        Assert.Equal("bot answers with version 1.\n", await cli.OutputAsync("agent", "rollback", "bot"));
        Assert.Equal("bot answers with version 2.\n", await cli.OutputAsync("agent", "publish", "bot", "2"));

        var list = (await cli.OutputAsync("agent", "list")).Split('\n');
        Assert.Equal(["AGENT", "VERSION", "MODEL", "DESCRIPTION"], list[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(
            ["bot", "2", "demo/offline", "Answers about numbers."],
            list[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        var deleted = (await cli.RunAsync("agent", "delete", "bot")).Succeeds();
        Assert.Equal(("", "deleted\n"), (deleted.Output, deleted.Error));
        var none = (await cli.RunAsync("agent", "list")).Succeeds();
        Assert.Equal(("", "none\n"), (none.Output, none.Error));
    }

    [Fact]
    public async Task What_show_prints_is_a_file_to_create_it_from()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        var shown = await cli.OutputAsync("agent", "show", "bot");
        Assert.Contains("instructions: Answer.", shown, StringComparison.Ordinal);
        (await cli.RunAsync("agent", "delete", "bot")).Succeeds();

        (await cli.RunAsync(new TestTerminal { Input = shown }, "agent", "create", "-")).Succeeds();
        Assert.Equal(shown, await cli.OutputAsync("agent", "show", "bot"));
    }

    [Fact]
    public async Task A_version_can_be_kept_back_and_looked_at()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        var update = (await cli.RunAsync("agent", "update", "bot", cli.File("second.yaml", Second), "--no-publish")).Succeeds();
        Assert.Equal("bot has version 2.\n", update.Output);
        Assert.Contains("Answer.\n", await cli.OutputAsync("agent", "show", "bot"), StringComparison.Ordinal);
        Assert.Contains("Answer briefly.", await cli.OutputAsync("agent", "show", "bot", "--version", "2"), StringComparison.Ordinal);

        var versions = (await cli.OutputAsync("agent", "versions", "bot")).Split('\n');
        Assert.StartsWith("VERSION  PUBLISHED  MODEL", versions[0]);
        Assert.Equal(2, versions.Skip(1).Count(line => line.Contains("demo/offline", StringComparison.Ordinal)));
        Assert.Single(versions, line => line.Contains("yes", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task Json_is_one_document_for_every_subcommand(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var file = cli.File("bot.json", """{"name":"bot","instructions":"Answer.","model":"demo/offline"}""");
        Assert.Equal(1, (await cli.JsonAsync("agent", "create", file)).GetProperty("published_version").GetInt32());
        Assert.Equal(2, (await cli.JsonAsync("agent", "update", "bot", file)).GetProperty("number").GetInt32());
        Assert.Equal("bot", Assert.Single((await cli.JsonAsync("agent", "list")).EnumerateArray()).Text("name"));
        Assert.Equal(2, (await cli.JsonAsync("agent", "versions", "bot")).GetArrayLength());
        Assert.Equal(2, (await cli.JsonAsync("agent", "show", "bot")).GetProperty("number").GetInt32());
        Assert.Equal(1, (await cli.JsonAsync("agent", "rollback", "bot")).GetProperty("published_version").GetInt32());
        Assert.Equal(2, (await cli.JsonAsync("agent", "publish", "bot", "2")).GetProperty("published_version").GetInt32());
        Assert.Equal("bot", (await cli.JsonAsync("agent", "delete", "bot")).Text("deleted"));
        Assert.Equal("[]\n", await cli.OutputAsync("agent", "list", "--json"));
    }

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task Refusals_name_what_is_wrong(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        (await cli.RunAsync("agent", "create", cli.File("again.yaml", Samples.Bot))).Fails(5, "bot");
        (await cli.RunAsync("agent", "create", cli.File("odd.yaml", Samples.Bot + "toolz: [a]\n"))).Fails(2, "toolz");
        (await cli.RunAsync("agent", "create", cli.File("no.yaml", "name: [unclosed\n"))).Fails(2, "line");
        (await cli.RunAsync("agent", "create", cli.File("no.json", "{\"name\": "))).Fails(2);
        (await cli.RunAsync("agent", "create", cli.File("empty.yaml", ""))).Fails(2);
        (await cli.RunAsync("agent", "show", "nobody")).Fails(3, "no such agent");
        (await cli.RunAsync("agent", "show", "bot", "--version", "9")).Fails(3, "no such version");
        (await cli.RunAsync("agent", "publish", "bot", "9")).Fails(2, "no version 9");
        (await cli.RunAsync("agent", "rollback", "bot")).Fails(5);
    }

    [Fact]
    public async Task A_name_that_is_no_name_is_not_found_and_reaches_nothing_else()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        foreach (var name in (string[])["", ".", "..", "../keys", "bot/../../keys", "no\0body", "\e[31mred", "a?b=c#d", new('x', 5000)])
        {
            (await cli.RunAsync("agent", "show", name)).Fails(3);
            (await cli.RunAsync("agent", "delete", name)).Fails(3);
            (await cli.RunAsync("agent", "versions", name)).Fails(3);
        }
        Assert.Contains("bot", await cli.OutputAsync("agent", "list"), StringComparison.Ordinal);
    }
}
