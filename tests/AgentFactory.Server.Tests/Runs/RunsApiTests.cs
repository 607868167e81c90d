using System.Net;
using System.Text.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

public sealed class RunsApiTests(RunsApp runs) : IClassFixture<RunsApp>
{
    [Fact]
    public async Task A_caller_that_waits_gets_the_ended_run()
    {
        var agent = await runs.AgentAsync(call => new ScriptedAnswer("You said " + call.Messages[^1].Text));
        var response = await agent.StartAsync(
            new { input = "hällo 你好", metadata = new { ticket = "7" }, limits = new { max_turns = 3, max_cost = (string?)null } });
        var run = await response.JsonAsync();
        var id = run.GetProperty("id").GetString()!;
        Assert.Equal("/v1/runs/" + id, response.Headers.Location!.OriginalString);
        Assert.Equal(
            ("ended", "completed", "You said hällo 你好", 1, 0),
            (Text(run, "status"), Text(run, "outcome"), Text(run, "output"),
                run.GetProperty("turns").GetInt32(), run.GetProperty("tool_calls").GetInt32()));
        Assert.Equal(15, run.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.False(run.GetProperty("cost").GetProperty("complete").GetBoolean());
        Assert.Equal(3, run.GetProperty("limits").GetProperty("max_turns").GetInt32());
        Assert.Equal("7", run.GetProperty("metadata").GetProperty("ticket").GetString());
        Assert.Equal(agent.Agent, Text(run, "agent"));
        Assert.Equal(run.GetRawText(), (await agent.GetAsync(id)).GetRawText());
    }

    [Fact]
    public async Task A_wait_that_is_over_before_the_run_leaves_it_going()
    {
        var leave = new TaskCompletionSource();
        var agent = await runs.AgentAsync(async (_, token) =>
        {
            await leave.Task.WaitAsync(token);
            return new ScriptedAnswer("late");
        });
        var response = await agent.StartAsync(new { input = "x", wait_seconds = 1 });
        var run = await response.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("running", Text(run, "status"));
        leave.SetResult();
        Assert.Equal("late", Text(await agent.EndedAsync(Text(run, "id")), "output"));
    }

    [Fact]
    public async Task A_background_run_is_answered_once_it_is_recorded()
    {
        var leave = new TaskCompletionSource();
        var agent = await runs.AgentAsync(async (_, token) =>
        {
            await leave.Task.WaitAsync(token);
            return new ScriptedAnswer("done");
        });
        var run = await (await agent.StartAsync(new { input = "x", mode = "background" })).JsonAsync(HttpStatusCode.Accepted);
        leave.SetResult();
        Assert.Equal("completed", Text(await agent.EndedAsync(Text(run, "id")), "outcome"));
    }

    [Fact]
    public async Task The_model_of_one_run_can_be_another()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("own"));
        runs.Models.On("chosen", _ => new ScriptedAnswer("chosen"));
        var run = await (await agent.StartAsync(new { input = "x", model = "script/chosen" })).JsonAsync();
        Assert.Equal(("chosen", "script/chosen"), (Text(run, "output"), Text(run, "model")));
    }

    [Theory]
    [InlineData("""{"agent":"AGENT","input":""}""", 422, "invalid", "input")]
    [InlineData("""{"agent":"AGENT"}""", 400, "invalid_json", "input")]
    [InlineData("""{"input":"x"}""", 422, "invalid", "agent")]
    [InlineData("""{"agent":"nobody","input":"x"}""", 404, "not_found", "agent")]
    [InlineData("""{"agent":"AGENT","input":"x","mode":"later"}""", 400, "invalid_json", "mode")]
    [InlineData("""{"agent":"AGENT","input":"x","wait_seconds":0}""", 422, "invalid", "wait_seconds")]
    [InlineData("""{"agent":"AGENT","input":"x","model":"nothing"}""", 422, "invalid", "model")]
    [InlineData("""{"agent":"AGENT","input":"x","limits":{"max_turns":0}}""", 422, "invalid", "limits.max_turns")]
    [InlineData("""{"agent":"AGENT","input":"x","limits":{"max_cost":0.5}}""", 400, "invalid_json", "limits.max_cost")]
    [InlineData("""{"agent":"AGENT","input":"x","session":"ses_1"}""", 422, "invalid", "session")]
    [InlineData("""{"agent":"AGENT","input":"x","session":"ses_00000000000000000000000000"}""", 404, "not_found", "session")]
    [InlineData("""{"agent":"AGENT","input":"x","colour":"red"}""", 400, "invalid_json", "colour")]
    [InlineData("""{"agent":"AGENT","input":"a\u0000b"}""", 400, "invalid_json", null)]
    public async Task A_request_that_is_wrong_is_told_where_and_records_nothing(string body, int status, string code, string? param)
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("ok"));
        var response = await agent.Client.SendTextAsync(
            HttpMethod.Post, "/v1/runs", body.Replace("AGENT", agent.Agent, StringComparison.Ordinal));
        Assert.Equal(param, (await response.ProblemAsync((HttpStatusCode)status, code)).Param());
        Assert.Empty((await (await agent.Client.FetchAsync("/v1/runs")).JsonAsync()).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task An_input_is_taken_up_to_a_million_characters()
    {
        var agent = await runs.AgentAsync(
            call => new ScriptedAnswer(call.Messages[^1].Text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("1000000", Text(await (await agent.StartAsync(new { input = new string('é', 1_000_000) })).JsonAsync(), "output"));
        var tooLong = await agent.StartAsync(new { input = new string('x', 1_000_001) });
        Assert.Equal("input", (await tooLong.ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid")).Param());
        await (await agent.StartAsync(new { input = new string('x', 9 << 20) })).ProblemAsync(
            HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Cancelling_ends_a_run_and_changes_nothing_about_an_ended_one()
    {
        var entered = new TaskCompletionSource();
        var agent = await runs.AgentAsync(async (call, token) =>
        {
            if (call.Messages[^1].Text == "quick") return new ScriptedAnswer("ok");
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new ScriptedAnswer("never");
        });
        var run = Text(await (await agent.StartAsync(new { input = "x", mode = "background" })).JsonAsync(HttpStatusCode.Accepted), "id");
        await entered.Task.WaitAsync(TestContext.Current.CancellationToken);
        var cancelled = await (await agent.Client.PostJsonAsync($"/v1/runs/{run}/cancel", new { })).JsonAsync();
        Assert.Equal(("ended", "cancelled", "cancelled"), (Text(cancelled, "status"), Text(cancelled, "outcome"), Text(cancelled, "code")));

        var ended = Text(await (await agent.StartAsync(new { input = "quick" })).JsonAsync(), "id");
        Assert.Equal(
            "completed", Text(await (await agent.Client.PostJsonAsync($"/v1/runs/{ended}/cancel", new { })).JsonAsync(), "outcome"));
        await (await agent.Client.PostJsonAsync("/v1/runs/run_00000000000000000000000000/cancel", new { })).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_failure_of_the_model_is_the_runs_outcome()
    {
        var agent = await runs.AgentAsync(_ =>
            throw new AgentFactory.Core.AgentFactoryException(AgentFactory.Core.ErrorCodes.ProviderFailed, "The provider answered 500."));
        var run = await (await agent.StartAsync(new { input = "x" })).JsonAsync();
        Assert.Equal(
            ("failed", "provider_failed", "The provider answered 500."), (Text(run, "outcome"), Text(run, "code"), Text(run, "message")));
    }

    [Fact]
    public async Task The_list_shows_the_newest_first_and_filters()
    {
        var agent = await runs.AgentAsync(call => new ScriptedAnswer(call.Messages[^1].Text));
        for (var i = 0; i < 5; i++) await (await agent.StartAsync(new { input = $"n{i}" })).JsonAsync();
        var first = await ListAsync("/v1/runs?limit=2");
        Assert.Equal(["n4", "n3"], first.Outputs);
        var second = await ListAsync("/v1/runs?limit=2&cursor=" + first.Next);
        Assert.Equal(["n2", "n1"], second.Outputs);
        Assert.Null((await ListAsync("/v1/runs?limit=2&cursor=" + second.Next)).Next);
        Assert.Equal(5, (await ListAsync("/v1/runs?status=ended&agent=" + agent.Agent)).Outputs.Count);
        Assert.Empty((await ListAsync("/v1/runs?status=running")).Outputs);
        Assert.Empty((await ListAsync("/v1/runs?agent=nobody")).Outputs);
        Assert.Empty((await ListAsync("/v1/runs?session=ses_00000000000000000000000000")).Outputs);
        await (await agent.Client.FetchAsync("/v1/runs?status=1")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");

        async Task<(List<string> Outputs, string? Next)> ListAsync(string path)
        {
            var page = await (await agent.Client.FetchAsync(path)).JsonAsync();
            return ([.. page.GetProperty("data").EnumerateArray().Select(r => Text(r, "output"))], page.GetProperty("next").GetString());
        }
    }

    [Fact]
    public async Task Events_come_in_pages()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("fine"));
        var run = Text(await (await agent.StartAsync(new { input = "what?" })).JsonAsync(), "id");
        var all = await (await agent.Client.FetchAsync($"/v1/runs/{run}/events")).JsonAsync();
        var events = all.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["run.started", "model.requested", "model.responded", "run.ended"], events.Select(e => Text(e, "type")));
        Assert.Equal("what?", events[0].GetProperty("body").GetProperty("input").GetString());
        Assert.All(events, e => Assert.Equal(64, Text(e, "hash").Length));
        Assert.False(all.TryGetProperty("next", out _));
        var page = await (await agent.Client.FetchAsync($"/v1/runs/{run}/events?after=1&limit=2")).JsonAsync();
        Assert.Equal([2, 3], page.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("seq").GetInt32()));
        Assert.Equal(3, page.GetProperty("next").GetInt64());
        foreach (var bad in new[] { "limit=0", "limit=1001", "after=-1" })
            await (await agent.Client.FetchAsync($"/v1/runs/{run}/events?{bad}"))
                .ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Theory]
    [InlineData("GET", "/v1/runs/RUN")]
    [InlineData("GET", "/v1/runs/RUN/events")]
    [InlineData("POST", "/v1/runs/RUN/cancel")]
    public async Task Another_tenants_run_is_not_there(string method, string path)
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("secret"));
        var run = Text(await (await agent.StartAsync(new { input = "x" })).JsonAsync(), "id");
        var stranger = runs.App.Tenant("stranger-to-runs").Owner;
        await (await stranger.SendAsync(new HttpMethod(method), path.Replace("RUN", run, StringComparison.Ordinal))).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
        await (await stranger.SendAsync(HttpMethod.Get, $"/v1/runs/{run}/events", null, ("Accept", "text/event-stream"))).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
        Assert.Empty((await (await stranger.FetchAsync("/v1/runs")).JsonAsync()).GetProperty("data").EnumerateArray());
        await (await stranger.PostJsonAsync("/v1/runs", new { agent = agent.Agent, input = "x" })).ProblemAsync(
            HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_repeated_request_finds_the_run_of_the_first()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("one two three"));
        var first = await agent.Client.SendAsync(
            HttpMethod.Post, "/v1/runs", new { agent = agent.Agent, input = "x" }, ("Idempotency-Key", "wait-1"));
        var again = await agent.Client.SendAsync(
            HttpMethod.Post, "/v1/runs", new { agent = agent.Agent, input = "x" }, ("Idempotency-Key", "wait-1"));
        Assert.Equal((await first.JsonAsync()).GetRawText(), (await again.JsonAsync()).GetRawText());

        using var streamed = await agent.StreamAsync(new { input = "y" }, ("Idempotency-Key", "stream-1"));
        using var replayed = await agent.StreamAsync(new { input = "y" }, ("Idempotency-Key", "stream-1"));
        var (events, replay) = (await streamed.ToEndAsync(), await replayed.ToEndAsync());
        Assert.Equal(Recorded(events), Recorded(replay));
        Assert.Equal(2, (await (await agent.Client.FetchAsync("/v1/runs")).JsonAsync()).GetProperty("data").GetArrayLength());
        await (await agent.Client.SendAsync(
            HttpMethod.Post, "/v1/runs", new { agent = agent.Agent, input = "z" }, ("Idempotency-Key", "stream-1")))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    private static IEnumerable<string> Recorded(IEnumerable<SentEvent> events) =>
        events.Where(e => !e.IsText).Select(e => e.Data.GetRawText());

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
