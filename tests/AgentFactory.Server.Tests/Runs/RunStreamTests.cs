using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

public sealed class RunStreamTests(RunsApp runs) : IClassFixture<RunsApp>
{
    private const string Text = "one two three four five six";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_shows_every_event_once_and_the_text_as_it_is_written()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer(Text) { AfterPiece = token => Task.Delay(1, token) });
        using var stream = await agent.StreamAsync(new { input = "x" });
        var all = await stream.ToEndAsync();
        Assert.Equal(["1", "2", "3", "4"], all.Where(e => !e.IsText).Select(e => e.Id));
        Assert.Equal(["run.started", "model.requested", "model.responded", "run.ended"], all.Where(e => !e.IsText).Select(e => e.Type));
        Assert.StartsWith(string.Concat(all.Where(e => e.IsText).Select(e => e.Text)), Text, StringComparison.Ordinal);
        Assert.All(all.Where(e => e.IsText), e => Assert.StartsWith("2.", e.Id, StringComparison.Ordinal));
        Assert.Equal("/v1/runs/" + all[0].Data.GetProperty("run").GetString(), stream.Response.Headers.Location!.OriginalString);
        Assert.Equal(Text, all[^1].Data.GetProperty("body").GetProperty("output").GetString());
    }

    [Fact]
    public async Task An_ended_run_is_replayed_from_any_event_on()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer(Text));
        using var whole = await agent.StreamAsync(new { input = "x" });
        var events = (await whole.ToEndAsync()).Where(e => !e.IsText).ToList();
        var run = events[0].Data.GetProperty("run").GetString()!;
        for (var seen = 0; seen <= events.Count; seen++)
        {
            using var rest = await agent.FollowAsync(run, seen == 0 ? null : $"{seen}");
            Assert.Equal(events.Skip(seen).Select(e => e.Data.GetRawText()), (await rest.ToEndAsync()).Select(e => e.Data.GetRawText()));
        }
        using var late = await EventReader.OpenAsync(agent.Client, HttpMethod.Get, $"/v1/runs/{run}/events?last_event_id=3");
        Assert.Equal(["4"], (await late.ToEndAsync()).Select(e => e.Id));
    }

    [Fact]
    public async Task A_client_that_hangs_up_after_any_number_of_frames_and_returns_misses_nothing_and_sees_nothing_twice()
    {
        var step = new SemaphoreSlim(0);
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer(Text) { AfterPiece = step.WaitAsync });
        using var first = await agent.StreamAsync(new { input = "x" });
        var seen = await first.UntilAsync(e => e.IsText);
        var run = seen[0].Data.GetProperty("run").GetString()!;
        first.Dispose();
        while (seen[^1].Type != "run.ended")
        {
            step.Release();
            using var again = await agent.FollowAsync(run, seen[^1].Id);
            if (await again.NextAsync() is { } next) seen.Add(next);
        }
        Assert.Equal([1L, 2, 3, 4], seen.Where(e => !e.IsText).Select(e => e.Seq));
        Assert.Equal(Text, string.Concat(seen.Where(e => e.IsText).Select(e => e.Text)));

        // Whoever comes in the middle gets the text so far as one frame.
        Assert.Equal(6, seen.Count(e => e.IsText));
    }

    [Fact]
    public async Task Whoever_comes_in_the_middle_gets_the_text_so_far_as_one_frame()
    {
        var step = new SemaphoreSlim(0);
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer(Text) { AfterPiece = step.WaitAsync });
        using var first = await agent.StreamAsync(new { input = "x" });
        var head = await first.UntilAsync(e => e.IsText);
        step.Release();
        await first.UntilAsync(e => e.IsText);
        using var second = await agent.FollowAsync(head[0].Data.GetProperty("run").GetString()!);
        Assert.Equal("one two", (await second.UntilAsync(e => e.IsText))[^1].Text);
        step.Release(100);
        Assert.Equal((await first.ToEndAsync())[^1].Id, (await second.ToEndAsync())[^1].Id);
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_nothing_back()
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer(string.Join(' ', Enumerable.Repeat(new string('x', 1000), 5_000))));
        using var lazy = await agent.StreamAsync(new { input = "x" });
        var run = lazy.Response.Headers.Location!.OriginalString["/v1/runs/".Length..];
        Assert.Equal("completed", (await agent.EndedAsync(run)).GetProperty("outcome").GetString());
        Assert.Equal("run.ended", (await lazy.ToEndAsync())[^1].Type);
    }

    [Fact]
    public async Task A_stream_with_nothing_to_say_gives_signs_of_life_and_a_client_that_leaves_stops_nothing()
    {
        var leave = new TaskCompletionSource();
        var agent = await runs.AgentAsync(async (_, token) =>
        {
            await leave.Task.WaitAsync(token);
            return new ScriptedAnswer("done");
        });
        string run;
        using (var stream = await agent.StreamAsync(new { input = "x" }))
        {
            run = (await stream.UntilAsync(e => e.Type == "model.requested"))[0].Data.GetProperty("run").GetString()!;
            var next = stream.NextAsync();
            await RunWorkshop.UntilAsync(() => Task.FromResult(stream.Comments > 0));
            Assert.False(next.IsCompleted);
        }
        leave.SetResult();
        Assert.Equal("done", (await agent.EndedAsync(run)).GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.x")]
    public async Task A_last_event_id_that_no_stream_gave_is_refused(string id)
    {
        var agent = await runs.AgentAsync(_ => new ScriptedAnswer("ok"));
        var run = (await (await agent.StartAsync(new { input = "x" })).JsonAsync()).GetProperty("id").GetString();
        var response = await agent.Client.SendAsync(
            HttpMethod.Get, $"/v1/runs/{run}/events", null, ("Accept", "text/event-stream"), ("Last-Event-ID", id));
        await response.ProblemAsync(System.Net.HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_stop_ends_streams_cleanly_and_after_a_restart_the_client_goes_on_where_it_was()
    {
        await using var own = new RunsApp();
        await own.InitializeAsync();
        var calls = 0;
        var agent = await own.AgentAsync(_ =>
        {
            // The first call stays in the middle of its text, whenever the stop comes.
            var stays = ++calls == 1;
            return new ScriptedAnswer(Text) { AfterPiece = token => stays ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask };
        });
        using var stream = await agent.StreamAsync(new { input = "x" });
        var seen = await stream.UntilAsync(e => e.IsText);
        var run = seen[0].Data.GetProperty("run").GetString()!;
        var rest = stream.ToEndAsync();
        await own.App.RestartAsync();
        Assert.Empty(await rest.WaitAsync(Cancelled));
        using var again = await agent.FollowAsync(run, seen[^1].Id);
        var after = await again.ToEndAsync();
        Assert.Equal([3L, 4, 5, 6], after.Where(e => !e.IsText).Select(e => e.Seq));
        Assert.Equal(
            ["model.attempt_abandoned", "model.requested", "model.responded", "run.ended"],
            after.Where(e => !e.IsText).Select(e => e.Type));
        Assert.StartsWith(string.Concat(after.Where(e => e.IsText).Select(e => e.Text)), Text, StringComparison.Ordinal);
        Assert.All(after.Where(e => e.IsText), e => Assert.Equal(4, e.Seq));
    }
}
