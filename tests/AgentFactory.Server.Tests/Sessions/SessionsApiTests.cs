using System.Net;
using System.Text.Json;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Tests.Harness;
using AgentFactory.Server.Tests.Runs;

namespace AgentFactory.Server.Tests.Sessions;

public sealed class SessionsApiTests(RunsApp runs) : IClassFixture<RunsApp>
{
    [Fact]
    public async Task A_session_carries_a_conversation_from_run_to_run()
    {
        var agent = await runs.AgentAsync(call => new ScriptedAnswer($"{call.Messages.Count} messages"));
        var session = await StartAsync(agent);
        await AskAsync(agent, session, "first");
        Assert.Equal("3 messages", (await AskAsync(agent, session, "second")).GetProperty("output").GetString());
        var history = await (await agent.Client.FetchAsync($"/v1/sessions/{session}/messages")).JsonAsync();
        var messages = history.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(
            ["user first", "assistant 1 messages", "user second", "assistant 3 messages"],
            messages.Select(m => $"{m.GetProperty("role").GetString()} {m.GetProperty("text").GetString()}"));
        Assert.NotEqual(messages[0].GetProperty("run").GetString(), messages[2].GetProperty("run").GetString());
        var page = await (await agent.Client.FetchAsync($"/v1/sessions/{session}/messages?limit=1")).JsonAsync();
        Assert.Equal(2, page.GetProperty("data").GetArrayLength());
        var rest = await (await agent.Client.FetchAsync(
            $"/v1/sessions/{session}/messages?limit=1&cursor={page.GetProperty("next").GetString()}")).JsonAsync();
        Assert.Equal("second", rest.GetProperty("data")[0].GetProperty("text").GetString());
        Assert.Equal(
            2, (await (await agent.Client.FetchAsync($"/v1/runs?session={session}")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_session_has_one_run_at_a_time_and_is_not_deleted_under_it()
    {
        var leave = new TaskCompletionSource();
        var agent = await runs.AgentAsync(async (_, token) =>
        {
            await leave.Task.WaitAsync(token);
            return new ScriptedAnswer("done");
        });
        var session = await StartAsync(agent);
        var run = await (await agent.StartAsync(new { session, input = "x", mode = "background" })).JsonAsync(HttpStatusCode.Accepted);
        Task<HttpResponseMessage> NextAsync() => agent.Client.SendAsync(
            HttpMethod.Post, "/v1/runs", new { session, input = "y" }, ("Idempotency-Key", "next"));
        var busy = await NextAsync();
        Assert.Equal("session", (await busy.ProblemAsync(HttpStatusCode.Conflict, "session_busy")).Param());
        Assert.NotNull(busy.Headers.RetryAfter);
        await (await agent.Client.RemoveAsync($"/v1/sessions/{session}")).ProblemAsync(HttpStatusCode.Conflict, "session_busy");
        leave.SetResult();
        await agent.EndedAsync(run.GetProperty("id").GetString()!);
        Assert.Equal("done", (await (await NextAsync()).JsonAsync()).GetProperty("output").GetString());
        await (await agent.Client.FetchAsync($"/v1/sessions/{session}/messages?cursor={Cursor.Write(Guid.AllBitsSet)}"))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_cursor");
        Assert.Equal(HttpStatusCode.NoContent, (await agent.Client.RemoveAsync($"/v1/sessions/{session}")).StatusCode);
        await (await agent.Client.FetchAsync($"/v1/sessions/{session}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await agent.Client.FetchAsync($"/v1/runs/{run.GetProperty("id").GetString()}")).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_session_is_with_one_agent()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("ok"));
        await (await agent.Client.PostJsonAsync("/v1/agents", new { name = "somebody-else", model = "script/x" })).JsonAsync(
            HttpStatusCode.Created);
        var session = await StartAsync(agent, new { topic = "taxes" });
        var problem = await (await agent.StartAsync(new { agent = "somebody-else", session, input = "x" })).ProblemAsync(
            HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("agent", problem.Param());
        var shown = await (await agent.Client.FetchAsync($"/v1/sessions/{session}")).JsonAsync();
        Assert.Equal(
            (agent.Agent, "taxes"),
            (shown.GetProperty("agent").GetString(), shown.GetProperty("metadata").GetProperty("topic").GetString()));
        Assert.Equal(1, await CountAsync($"/v1/sessions?agent={agent.Agent}"));
        Assert.Equal(0, await CountAsync("/v1/sessions?agent=somebody-else"));
        await (await agent.Client.PostJsonAsync("/v1/sessions", new { agent = "nobody" }))
            .ProblemAsync(HttpStatusCode.NotFound, "not_found");

        async Task<int> CountAsync(string path) =>
            (await (await agent.Client.FetchAsync(path)).JsonAsync()).GetProperty("data").GetArrayLength();
    }

    [Theory]
    [InlineData("GET", "/v1/sessions/SESSION")]
    [InlineData("GET", "/v1/sessions/SESSION/messages")]
    [InlineData("DELETE", "/v1/sessions/SESSION")]
    public async Task Another_tenants_session_is_not_there(string method, string path)
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("secret"));
        var session = await StartAsync(agent);
        var stranger = runs.App.Tenant("stranger-to-sessions").Owner;
        await (await stranger.SendAsync(new HttpMethod(method), path.Replace("SESSION", session, StringComparison.Ordinal))).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.OK, (await agent.Client.FetchAsync($"/v1/sessions/{session}")).StatusCode);
    }

    private static async Task<string> StartAsync(RunsTenant agent, object? metadata = null)
    {
        var response = await agent.Client.PostJsonAsync("/v1/sessions", new { agent = agent.Agent, metadata = metadata ?? new { } });
        var session = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("/v1/sessions/" + session.GetProperty("id").GetString(), response.Headers.Location!.OriginalString);
        return session.GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> AskAsync(RunsTenant agent, string session, string input) =>
        await (await agent.StartAsync(new { session, input })).JsonAsync();
}
