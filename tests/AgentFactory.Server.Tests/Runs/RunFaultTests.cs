using AgentFactory.Core;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>What fails around a run: the disk, a lost lease, calls that end in their own way when they are interrupted.</summary>
public sealed class RunFaultTests : IAsyncLifetime
{
    private RunWorkshop _shop = null!;
    private RunHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await RunWorkshop.OpenAsync();
        _host = _shop.NewHost();
    }

    public ValueTask DisposeAsync()
    {
        _shop.OnStatement = null;
        return _shop.DisposeAsync();
    }

    [Fact]
    public async Task A_run_that_could_not_even_be_given_back_goes_on_when_the_disk_has_room_again()
    {
        var agent = _shop.Agent("asker");
        _shop.Models.On("asker", _ =>
        {
            _shop.OnStatement = FailAll;
            return new ScriptedAnswer("done");
        });
        var run = _shop.NewRun(agent);
        var running = await _host.StartAsync(run);
        await running.Completion.WaitAsync(Cancelled);
        Assert.Equal(RunStatus.Running, running.State.Status);
        _shop.OnStatement = null;
        _shop.Models.On("asker", _ => new ScriptedAnswer("done"));
        await _host.RecoverAsync(10, Cancelled);
        await EndedAsync(run.RunId);
        Assert.Equal("done", (await _shop.StateAsync(run.RunId)).LastText);
    }

    [Fact]
    public async Task A_run_that_could_not_be_given_back_can_be_cancelled()
    {
        var agent = _shop.Agent("asker");
        _shop.Models.On("asker", _ =>
        {
            _shop.OnStatement = FailAll;
            return new ScriptedAnswer("done");
        });
        var run = _shop.NewRun(agent);
        await (await _host.StartAsync(run)).Completion.WaitAsync(Cancelled);
        _shop.OnStatement = null;
        Assert.True(await _host.CancelAsync(_shop.Tenant, run.RunId, Cancelled));
        await EndedAsync(run.RunId);
        Assert.Equal(RunOutcome.Cancelled, (await _shop.StateAsync(run.RunId)).End!.Outcome);
    }

    [Theory]
    [InlineData("UPDATE run_leases SET owner = @owner")]
    [InlineData("SELECT seq AS Seq")]
    public async Task A_fault_while_runs_are_taken_over_leaves_none_behind(string statement)
    {
        var agent = _shop.Agent("asker");
        var dead = true;
        _shop.Models.On("asker", async (_, token) =>
        {
            if (dead) await Task.Delay(Timeout.Infinite, token);
            return new ScriptedAnswer("done");
        });
        var runs = Enumerable.Range(0, 3).Select(_ => _shop.NewRun(agent)).ToList();
        foreach (var run in runs) await _host.StartAsync(run);
        await _host.StopAsync(TimeSpan.Zero);
        dead = false;
        var next = _shop.NewHost();
        var seen = 0;
        _shop.OnStatement = sql =>
        {
            if (sql.TrimStart().StartsWith(statement, StringComparison.Ordinal) && Interlocked.Increment(ref seen) == 2) Fail();
        };
        try
        {
            await next.RecoverAsync(10, Cancelled);
        }
        catch (AgentFactoryException e) when (e.Code == ErrorCodes.Unavailable)
        {
            // It is tried again, as the loop does.
        }
        await next.RecoverAsync(10, Cancelled);
        foreach (var run in runs) await EndedAsync(run.RunId);
    }

    [Fact]
    public async Task A_run_that_keeps_failing_at_its_end_ends_once()
    {
        var agent = _shop.Agent("asker");
        _shop.Models.On("asker", _ => new ScriptedAnswer("done"));
        var run = _shop.NewRun(agent);
        // Each claim tries twice: at the end, and when it gives up. The second try of the last one goes through.
        var left = 39;
        _shop.OnStatement = sql =>
        {
            if (sql.StartsWith("DELETE FROM run_leases", StringComparison.Ordinal) && Interlocked.Decrement(ref left) >= 0) Fail();
        };
        await (await _host.StartAsync(run)).Completion.WaitAsync(Cancelled);
        await RunWorkshop.UntilAsync(async () =>
        {
            await _host.RecoverAsync(10, Cancelled);
            return (await _shop.EventsAsync(run.RunId)).Any(e => e.Type == "run.ended");
        });
        Assert.Single(await _shop.EventsAsync(run.RunId), e => e.Type == "run.ended");
    }

    [Fact]
    public async Task Calls_under_way_end_with_the_lease_they_were_made_under()
    {
        var agent = _shop.Agent("asker", ["quick", "slow"]);
        var (entered, answer, stopped) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        _shop.Tool("quick", async (_, token) =>
        {
            await answer.Task.WaitAsync(token);
            return new ToolResult("quick");
        });
        _shop.Tool("slow", async (_, token) =>
        {
            entered.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                stopped.TrySetResult();
            }
            return new ToolResult("never");
        });
        _shop.Models.On("asker", _ => ScriptedAnswer.Call(("quick", "{}"), ("slow", "{}")));
        var run = _shop.NewRun(agent);
        var running = await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        Assert.NotNull(await _shop.Journal.ClaimAsync(_shop.Tenant, run.RunId, "another", Cancelled));
        answer.SetResult();
        await running.Completion.WaitAsync(Cancelled);
        Assert.True(stopped.Task.IsCompleted);
        Assert.DoesNotContain(await _shop.EventsAsync(run.RunId), e => e.Type == "tool.responded");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_that_a_call_takes_for_a_failure_of_its_own_is_none_of_the_run(bool inModel)
    {
        var agent = _shop.Agent("asker", ["look"]);
        var entered = new TaskCompletionSource();
        var stopped = false;
        async Task BreakAsync(CancellationToken token)
        {
            if (stopped) return;
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, token).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw new AgentFactoryException(ErrorCodes.ProviderFailed, "The connection broke.");
        }
        _shop.Tool("look", async (_, token) =>
        {
            if (!inModel) await BreakAsync(token);
            return new ToolResult("seen");
        });
        _shop.Models.On("asker", async (call, token) =>
        {
            if (inModel) await BreakAsync(token);
            return call.Results.Count == 0 ? ScriptedAnswer.Call(("look", "{}")) : new ScriptedAnswer(call.Results[0]);
        });
        var run = _shop.NewRun(agent);
        await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        await _host.StopAsync(TimeSpan.Zero);
        stopped = true;
        await _shop.NewHost().RecoverAsync(10, Cancelled);
        await EndedAsync(run.RunId);
        Assert.Equal("seen", (await _shop.StateAsync(run.RunId)).LastText);
    }

    [Fact]
    public async Task An_agent_that_is_asked_while_the_server_stops_is_asked_after_it()
    {
        var parent = _shop.Agent("parent", ["agent=child"]);
        _shop.Agent("child");
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        _shop.Models.On("parent", async (call, token) =>
        {
            if (call.Results.Count > 0) return new ScriptedAnswer(call.Results[0]);
            entered.TrySetResult();
            await leave.Task.WaitAsync(token);
            return ScriptedAnswer.Call(("ask_child", "{}"));
        });
        _shop.Models.On("child", _ => new ScriptedAnswer("fine"));
        var run = _shop.NewRun(parent);
        await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        var stop = _host.StopAsync(TimeSpan.FromSeconds(2));
        leave.SetResult();
        await stop.WaitAsync(Cancelled);
        await _shop.NewHost().RecoverAsync(10, Cancelled);
        await EndedAsync(run.RunId);
        Assert.Equal("fine", (await _shop.StateAsync(run.RunId)).LastText);
    }

    [Fact]
    public async Task What_a_child_run_used_counts_although_it_was_cut_short()
    {
        var parent = _shop.Agent("parent", ["agent=child"]);
        _shop.Agent("child", ["look"]);
        var reached = new TaskCompletionSource();
        _shop.Tool("look", async (_, token) =>
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return new ToolResult("never");
        });
        _shop.Models.On("parent", _ => ScriptedAnswer.Call(("ask_child", "{}")));
        _shop.Models.On("child", _ => ScriptedAnswer.Call(("look", "{}")));
        var run = _shop.NewRun(parent);
        var running = await _host.StartAsync(run);
        await reached.Task.WaitAsync(Cancelled);
        await _host.CancelAsync(_shop.Tenant, run.RunId, Cancelled);
        await running.Completion.WaitAsync(Cancelled);
        var state = await _shop.StateAsync(run.RunId);
        Assert.Equal((RunOutcome.Cancelled, 1, 1), (state.End!.Outcome, state.ChildTurns, state.ChildToolCalls));
        Assert.Equal(30, state.Usage.Total);
    }

    private async Task EndedAsync(Guid runId) => await RunWorkshop.UntilAsync(async () => (await _shop.StateAsync(runId)).HasEnded);

    private static void FailAll(string sql) => Fail();

    private static void Fail() => throw new AgentFactoryException(ErrorCodes.Unavailable, "The disk is full.");
}
