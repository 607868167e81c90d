using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Sessions;

public sealed class SessionCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_session_lives_from_create_to_delete(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        var id = (await cli.OutputAsync("session", "create", "bot")).Trim();
        Assert.Matches("^ses_[0-9A-Z]{26}$", id);
        (await cli.RunAsync("ask", "bot", "What is 6 * 7?", "--session", id)).Succeeds();
        (await cli.RunAsync("ask", "bot", "Thank you.", "--session", id)).Succeeds();

        var shown = await cli.OutputAsync("session", "show", id);
        Assert.Contains("user: What is 6 * 7?", shown, StringComparison.Ordinal);
        Assert.Contains("[calculator({", shown, StringComparison.Ordinal);
        Assert.Contains("user: Thank you.", shown, StringComparison.Ordinal);
        Assert.Contains(id, await cli.OutputAsync("session", "list"), StringComparison.Ordinal);

        Assert.Equal("deleted\n", (await cli.RunAsync("session", "delete", id)).Succeeds().Error);
        (await cli.RunAsync("session", "show", id)).Fails(3, "no such session");
    }

    [Fact]
    public async Task Json_is_one_document_for_every_subcommand()
    {
        await using var cli = await TestCli.StartAsync();
        await cli.AddBotAsync();
        var id = (await cli.JsonAsync("session", "create", "bot")).Text("id")!;
        (await cli.RunAsync("ask", "bot", "Hello", "--session", id)).Succeeds();
        Assert.Equal(id, Assert.Single((await cli.JsonAsync("session", "list")).EnumerateArray()).Text("id"));
        var shown = await cli.JsonAsync("session", "show", id);
        Assert.Equal(id, shown.GetProperty("session").Text("id"));
        Assert.Equal("Hello", shown.GetProperty("messages")[0].Text("text"));
        Assert.Equal(id, (await cli.JsonAsync("session", "delete", id)).Text("deleted"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("session", "create", "nobody")).Fails(3, "no such agent");
        (await cli.RunAsync("session", "show", "ses_nothing")).Fails(3, "no such session");
        (await cli.RunAsync("session", "delete", "../agents/bot")).Fails(3);
        (await cli.RunAsync("ask", "nobody", "Hello", "--session", "ses_01JD3V0E6ZP5Q8M4T7W9X2Y1RK")).Fails(3);
    }
}
