using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Sessions;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.AI;

namespace AgentFactory.Server.Tests.Runs;

public sealed class RunHostTests : IAsyncLifetime
{
    private RunWorkshop _shop = null!;
    private RunHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await RunWorkshop.OpenAsync();
        _host = _shop.NewHost();
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_run_with_one_tool_call_is_eight_events_in_four_commits()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "21 C");
        _shop.Models.On("asker", call =>
            call.Results.Count == 0 ? ScriptedAnswer.Call(("look", """{"x":1}""")) : new ScriptedAnswer("It is " + call.Results[0]));
        var run = _shop.NewRun(agent);
        _shop.Statements.Clear();
        var running = await _host.StartAsync(run);
        await running.Completion.WaitAsync(Cancelled);
        // Every commit holds the lease first; the first one makes it.
        Assert.Equal(4, _shop.Statements.Count(s => s.StartsWith("INSERT INTO runs ", StringComparison.Ordinal)
            || s.StartsWith("UPDATE run_leases", StringComparison.Ordinal)
            || s.StartsWith("DELETE FROM run_leases", StringComparison.Ordinal)));
        var state = await _shop.StateAsync(run.RunId);
        Assert.Equal((RunOutcome.Completed, "It is 21 C"), (state.End!.Outcome, state.End.Body!.Output));
        Assert.Equal(
            [
                "run.started", "model.requested", "model.responded", "tool.requested",
                "tool.responded", "model.requested", "model.responded", "run.ended",
            ],
            (await _shop.EventsAsync(run.RunId)).Select(e => e.Type));
        Assert.Equal((2, 1, new TokenUsage(20, 10)), (state.Turns, state.ToolCalls, state.Usage));
        Assert.Null(RunEventCodec.FirstBroken(await _shop.EventsAsync(run.RunId)));
        Assert.Equal(0, _host.Count);
    }

    [Fact]
    public async Task Calls_of_one_answer_are_made_at_the_same_time_and_each_answer_is_kept()
    {
        var agent = _shop.Agent("asker", ["a", "b", "c"]);
        var all = new CountdownEvent(3);
        var together = new TaskCompletionSource();
        foreach (var name in new[] { "a", "b", "c" })
            _shop.Tool(name, async (_, token) =>
            {
                if (all.Signal()) together.SetResult();
                await together.Task.WaitAsync(token);
                return new ToolResult(name);
            });
        _shop.Models.On("asker", call => call.Results.Count == 0
            ? ScriptedAnswer.Call(("a", "{}"), ("b", "{}"), ("c", "{}"))
            : new ScriptedAnswer(string.Join(',', call.Results.Order())));
        Assert.Equal("a,b,c", (await _shop.RunAsync(_host, _shop.NewRun(agent))).LastText);
        Assert.Equal(3, _shop.ToolCalls.Select(c => c.IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public async Task What_a_model_got_wrong_goes_back_to_it()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        _shop.Models.On("asker", call => call.Results.Count switch
        {
            0 => ScriptedAnswer.Call(("nothing", "{}"), ("look", "not json"), ("look", """{"y":1}""")),
            3 => ScriptedAnswer.Call(("look", """{"x":1}""")),
            _ => new ScriptedAnswer(call.Results[^1]),
        });
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal("seen", state.LastText);
        var told = state.Messages.Where(m => m.Role == "tool").Select(m => m.Text).ToList();
        Assert.Contains("There is no tool 'nothing'. The tools are: look.", told[0], StringComparison.Ordinal);
        Assert.Contains("not a JSON object", told[1], StringComparison.Ordinal);
        Assert.Contains("do not satisfy its schema", told[2], StringComparison.Ordinal);
        Assert.Single(_shop.ToolCalls);
    }

    [Fact]
    public async Task A_model_that_keeps_getting_it_wrong_is_stopped()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Models.On("asker", _ => ScriptedAnswer.Call(("invented", "{}")));
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal((RunOutcome.Failed, "too_many_refused_calls"), (state.End!.Outcome, state.End.Code));
        Assert.Equal(RunMachine.MaxRefusedInARow, state.Turns);
        Assert.Empty(_shop.ToolCalls);
    }

    [Fact]
    public async Task A_hand_off_changes_who_answers_and_what_they_may_call()
    {
        var front = _shop.Agent("front", ["look"], d => d with { Handoffs = ["tax-desk"] });
        _shop.Agent("tax-desk", ["count"], d => d with { Description = "Knows taxes." });
        _shop.Tool("look", _ => "seen");
        _shop.Tool("count", _ => "42");
        _shop.Models.On("front", call => ScriptedAnswer.Call(("look", "{}"), ("transfer_to_tax_desk", "{}"), ("transfer_to_nobody", "{}")));
        _shop.Models.On("tax-desk", call => call.Results[^1] == "42" ? new ScriptedAnswer("done") : ScriptedAnswer.Call(("count", "{}")));
        var state = await _shop.RunAsync(_host, _shop.NewRun(front));
        Assert.Equal("done", state.LastText);
        var calls = _shop.Models.Calls.ToArray();
        Assert.Equal(["look", "transfer_to_tax_desk"], calls[0].Tools);
        Assert.Contains("Knows taxes.", calls[0].Options!.Tools![1].Description, StringComparison.Ordinal);
        Assert.Equal(["count"], calls[1].Tools);
        Assert.Equal("You are tax-desk.", calls[1].Messages[0].Text);
        Assert.Contains(calls[1].Results, r => r.Contains("no tool 'transfer_to_nobody'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_model_that_the_caller_chose_is_used_by_every_agent_the_run_reaches()
    {
        var front = _shop.Agent("front", ["agent=helper"], d => d with { Handoffs = ["back"] });
        _shop.Agent("back");
        _shop.Agent("helper");
        _shop.Models.On("chosen", call => call.Messages[0].Text switch
        {
            "You are front." when call.Results.Count == 0 => ScriptedAnswer.Call(("ask_helper", """{"question":"why"}""")),
            "You are front." => ScriptedAnswer.Call(("transfer_to_back", "{}")),
            "You are helper." => new ScriptedAnswer("because " + call.Messages[^1].Text),
            _ => new ScriptedAnswer(call.Results[0]),
        });
        var run = _shop.NewRun(front, model: "script/chosen");
        Assert.Equal("because why", (await _shop.RunAsync(_host, run)).LastText);
        Assert.All(_shop.Models.Calls, c => Assert.Equal("chosen", c.Model));
        Assert.Equal("script/chosen", ((RunStarted)(await _shop.EventsAsync(run.RunId))[0].Fact).ModelOverride);
    }

    [Fact]
    public async Task What_child_runs_use_counts_in_their_parent_and_nesting_escapes_no_limit()
    {
        var parent = _shop.Agent("parent", ["agent=child"]);
        _shop.Agent("child", ["look"]);
        _shop.Tool("look", _ => "seen");
        _shop.Models.On("parent", call =>
            call.Results.Count == 0 ? ScriptedAnswer.Call(("ask_child", "{}"), ("ask_child", "{}")) : new ScriptedAnswer("ok"));
        _shop.Models.On("child", call => call.Results.Count == 0 ? ScriptedAnswer.Call(("look", "{}")) : new ScriptedAnswer("fine"));
        var free = await _shop.RunAsync(_host, _shop.NewRun(parent));
        Assert.Equal((RunOutcome.Completed, 2, 2), (free.End!.Outcome, free.Turns, free.ToolCalls));
        Assert.Equal((4, 2, new TokenUsage(60, 30)), (free.ChildTurns, free.ChildToolCalls, free.Usage));

        // Two tokens' worth of turns are left for both children together, one each: neither can end.
        var tight = await _shop.RunAsync(_host, _shop.NewRun(parent, limits: new RunLimits { MaxTurns = 3 }));
        Assert.Equal("max_turns", tight.End!.Code);
        Assert.Equal(3, tight.Turns + tight.ChildTurns);
        Assert.All(tight.Messages.Where(m => m.Role == "tool"), m => Assert.Contains("max_turns", m.Text, StringComparison.Ordinal));

        var shallow = await _shop.RunAsync(_host, _shop.NewRun(parent, limits: new RunLimits { MaxDepth = 0 }));
        Assert.Contains("nested", shallow.Messages.First(m => m.Role == "tool").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_interrupts_the_call_under_way_and_what_it_started()
    {
        var parent = _shop.Agent("parent", ["agent=child"]);
        _shop.Agent("child");
        var reached = new TaskCompletionSource();
        _shop.Models.On("parent", _ => ScriptedAnswer.Call(("ask_child", "{}")));
        _shop.Models.On("child", async (_, token) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new ScriptedAnswer("never");
        });
        var running = await _host.StartAsync(_shop.NewRun(parent));
        await reached.Task.WaitAsync(Cancelled);
        Assert.True(await _host.CancelAsync(_shop.Tenant, running.Executor.Run.RunId, Cancelled));
        await running.Completion.WaitAsync(Cancelled);
        Assert.Equal(RunOutcome.Cancelled, running.State.End!.Outcome);
        await RunWorkshop.UntilAsync(() => Task.FromResult(_host.Count == 0));
        Assert.False(await _host.CancelAsync(_shop.Tenant, running.Executor.Run.RunId, Cancelled));
    }

    [Fact]
    public async Task A_run_stops_when_its_time_is_over_and_the_call_with_it()
    {
        var agent = _shop.Agent("slow");
        _shop.Models.On("slow", async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new ScriptedAnswer("never");
        });
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent, limits: new RunLimits { MaxSeconds = 1 }));
        Assert.Equal((RunOutcome.LimitReached, "max_seconds"), (state.End!.Outcome, state.End.Code));
        Assert.True(state.CostIncomplete);
    }

    [Fact]
    public async Task A_run_that_a_dead_process_left_is_ended_by_another_and_its_recorded_steps_are_not_repeated()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        var stuck = new TaskCompletionSource();
        var dead = true;
        _shop.Models.On("asker", async (call, token) =>
        {
            if (call.Results.Count == 0) return ScriptedAnswer.Call(("look", "{}"));
            if (!dead) return new ScriptedAnswer("done");
            stuck.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new ScriptedAnswer("never");
        });
        var run = _shop.NewRun(agent);
        var killed = await _host.StartAsync(run);
        await stuck.Task.WaitAsync(Cancelled);
        dead = false;
        var next = _shop.NewHost();
        Assert.Equal(1, await next.RecoverAsync(10, Cancelled));
        await RunWorkshop.UntilAsync(async () => (await _shop.StateAsync(run.RunId)).HasEnded);
        Assert.Equal("done", (await _shop.StateAsync(run.RunId)).LastText);
        Assert.Single(_shop.ToolCalls);
        Assert.Equal(3, _shop.Models.Calls.Count);
        Assert.Contains(await _shop.EventsAsync(run.RunId), e => e.Type == "model.attempt_abandoned");

        // The one that was believed dead comes back, and what it brings is dropped.
        killed.Executor.Cancel();
        await killed.Completion.WaitAsync(Cancelled);
        Assert.Equal(RunOutcome.Completed, (await _shop.StateAsync(run.RunId)).End!.Outcome);
    }

    [Fact]
    public async Task A_stop_lets_calls_under_way_be_answered_keeps_the_answer_and_gives_the_run_back()
    {
        var agent = _shop.Agent("asker", ["write:once"]);
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        _shop.Tool("write", async (_, token) =>
        {
            entered.SetResult();
            await leave.Task.WaitAsync(token);
            return new ToolResult("written");
        });
        _shop.Models.On(
            "asker", call => call.Results.Count == 0 ? ScriptedAnswer.Call(("write", "{}")) : new ScriptedAnswer(call.Results[0]));
        var run = _shop.NewRun(agent);
        await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        var stop = _host.StopAsync(TimeSpan.FromMilliseconds(100) * 600);
        Assert.True(_host.IsStopping);
        Assert.Equal(
            ErrorCodes.Unavailable, (await Assert.ThrowsAsync<AgentFactoryException>(() => _host.StartAsync(_shop.NewRun(agent)))).Code);
        leave.SetResult();
        await stop.WaitAsync(Cancelled);
        var next = _shop.NewHost();
        await next.RecoverAsync(10, Cancelled);
        await RunWorkshop.UntilAsync(async () => (await _shop.StateAsync(run.RunId)).HasEnded);
        Assert.Equal("written", (await _shop.StateAsync(run.RunId)).LastText);
        Assert.Single(_shop.ToolCalls);
    }

    [Fact]
    public async Task A_call_that_must_not_be_repeated_and_was_interrupted_waits_until_the_run_is_cancelled()
    {
        var agent = _shop.Agent("asker", ["write:once"]);
        var entered = new TaskCompletionSource();
        _shop.Tool("write", async (_, token) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new ToolResult("never");
        });
        _shop.Models.On("asker", _ => ScriptedAnswer.Call(("write", "{}")));
        var run = _shop.NewRun(agent);
        await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        await _host.StopAsync(TimeSpan.Zero);
        var next = _shop.NewHost();
        Assert.Equal(1, await next.RecoverAsync(10, Cancelled));
        await RunWorkshop.UntilAsync(async () => (await _shop.StateAsync(run.RunId)).Status == RunStatus.Waiting && next.Count == 0);
        Assert.Equal(0, await next.RecoverAsync(10, Cancelled));
        Assert.True(await next.CancelAsync(_shop.Tenant, run.RunId, Cancelled));
        await RunWorkshop.UntilAsync(async () => (await _shop.StateAsync(run.RunId)).HasEnded);
        Assert.Equal(RunOutcome.Cancelled, (await _shop.StateAsync(run.RunId)).End!.Outcome);
        Assert.Single(_shop.ToolCalls);
    }

    [Fact]
    public async Task Starts_and_a_stop_that_race_leave_nothing_running_and_nothing_half_recorded()
    {
        var agent = _shop.Agent("quick");
        _shop.Models.On("quick", _ => new ScriptedAnswer("ok"));
        var starts = Enumerable.Range(0, 40).Select(async _ =>
        {
            await Task.Yield();
            var run = _shop.NewRun(agent);
            try
            {
                await _host.StartAsync(run);
                return (run.RunId, true);
            }
            catch (AgentFactoryException e) when (e.Code == ErrorCodes.Unavailable)
            {
                return (run.RunId, false);
            }
        }).ToList();
        await Task.Yield();
        await _host.StopAsync(TimeSpan.Zero);
        Assert.Equal(0, _host.Count);
        var started = await Task.WhenAll(starts);
        var next = _shop.NewHost();
        while (await next.RecoverAsync(100, Cancelled) > 0) { }
        await RunWorkshop.UntilAsync(() => Task.FromResult(next.Count == 0));
        foreach (var (runId, recorded) in started)
            Assert.Equal(recorded ? RunOutcome.Completed : null, (await _shop.StateAsync(runId)).End?.Outcome);
    }

    [Fact]
    public async Task An_answer_that_breaks_the_output_schema_fails_the_run()
    {
        var agent = _shop.Agent(
            "shaped", change: d => d with { OutputSchema = JsonElement.Parse("""{"type":"object","required":["n"]}""") });
        _shop.Models.On("shaped", call => new ScriptedAnswer(call.Messages[^1].Text == "right" ? """{"n":1}""" : "words"));
        Assert.Equal(RunOutcome.Completed, (await _shop.RunAsync(_host, _shop.NewRun(agent, "right"))).End!.Outcome);
        Assert.Equal("output_invalid", (await _shop.RunAsync(_host, _shop.NewRun(agent, "wrong"))).End!.Code);
    }

    [Fact]
    public async Task A_cost_limit_refuses_a_model_without_a_price_before_it_is_called()
    {
        var agent = _shop.Agent("unpriced");
        _shop.Models.On("unpriced", _ => new ScriptedAnswer("ok"));
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent, limits: new RunLimits { MaxCostNanoUnits = 1_000_000 }));
        Assert.Equal((RunOutcome.Failed, "price_unknown"), (state.End!.Outcome, state.End.Code));
        Assert.Empty(_shop.Models.Calls);
        Assert.True((await _shop.RunAsync(_host, _shop.NewRun(agent))).CostIncomplete);
    }

    [Fact]
    public async Task A_session_remembers_calls_and_results_and_leaves_out_what_was_cut_off()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        var hang = false;
        _shop.Models.On("asker", async (call, token) =>
        {
            if (hang && call.Results.Count > 0) await Task.Delay(Timeout.Infinite, token);
            return call.Results.Count == 0 ? ScriptedAnswer.Call(("look", """{"x":1}""")) : new ScriptedAnswer("done");
        });
        var session = Ids.New(_shop.Time);
        await _shop.Sessions.AddAsync(_shop.Tenant, new SessionRow { SessionId = session, CreatedAt = _shop.Time.GetUtcNow() }, Cancelled);
        await _shop.RunAsync(_host, _shop.NewRun(agent, "first", session: session));
        hang = true;
        await _shop.RunAsync(_host, _shop.NewRun(agent, "second", session: session, limits: new RunLimits { MaxSeconds = 1 }));
        hang = false;
        await _shop.RunAsync(_host, _shop.NewRun(agent, "third", session: session));
        var messages = _shop.Models.Calls.Last().Messages;
        Assert.Equal(
            [
                "system", "user first", "assistant look", "tool seen", "assistant done",
                "user second", "assistant look", "tool seen", "user third", "assistant look", "tool seen",
            ],
            messages.Select(m => m.Role == ChatRole.System ? "system" : $"{m.Role} {Shown(m)}"));
    }

    private static string Shown(ChatMessage message) => message.Contents.Select(c => c switch
    {
        FunctionCallContent call => call.Name,
        FunctionResultContent result => result.Result!.ToString(),
        _ => message.Text,
    }).Single()!;
}
