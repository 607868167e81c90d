using AgentFactory.Core;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Sessions;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>Answers of models that are not as one would like them.</summary>
public sealed class RunAnswerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));
    private RunWorkshop _shop = null!;
    private RunHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shop = await RunWorkshop.OpenAsync(_time);
        _host = _shop.NewHost();
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_cost_that_the_provider_did_not_report_is_not_called_complete()
    {
        var agent = _shop.Agent("asker", change: d => d with { Model = "openai/gpt-4.1" });
        _shop.Models.On("gpt-4.1", _ => new ScriptedAnswer("done") { Usage = null });
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal((RunOutcome.Completed, true, default(TokenUsage)), (state.End!.Outcome, state.CostIncomplete, state.Usage));
    }

    [Fact]
    public async Task A_cost_limit_ends_a_run_whose_cost_nobody_reports()
    {
        var agent = _shop.Agent("asker", ["look"], d => d with { Model = "openai/gpt-4.1" });
        _shop.Tool("look", _ => "seen");
        _shop.Models.On("gpt-4.1", _ => ScriptedAnswer.Call(("look", "{}")) with { Usage = null });
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent, limits: new RunLimits { MaxCostNanoUnits = 1_000_000_000 }));
        Assert.Equal((RunOutcome.Failed, "provider_failed", 1), (state.End!.Outcome, state.End.Code, _shop.Models.Calls.Count));
        Assert.Contains("reported no usage", state.End.Body!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_below_nothing_give_nothing_back()
    {
        var agent = _shop.Agent("asker");
        _shop.Models.On("asker", _ => new ScriptedAnswer("done")
        {
            Usage = new UsageDetails { InputTokenCount = -50, OutputTokenCount = long.MinValue },
        });
        Assert.Equal(default, (await _shop.RunAsync(_host, _shop.NewRun(agent))).Usage);
    }

    [Theory]
    [InlineData("""{"x":"\ud800"}""")]
    [InlineData("""{"\udfff":1}""")]
    public async Task Arguments_that_are_no_text_go_back_to_the_model(string arguments)
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        _shop.Models.On(
            "asker", call => call.Results.Count == 0 ? ScriptedAnswer.Call(("look", arguments)) : new ScriptedAnswer("understood"));
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal((RunOutcome.Completed, "understood"), (state.End!.Outcome, state.LastText));
        Assert.Empty(_shop.ToolCalls);
    }

    [Fact]
    public async Task A_hand_off_that_was_followed_is_no_mistake_of_the_model()
    {
        var front = _shop.Agent("front", change: d => d with { Handoffs = ["back"] });
        _shop.Agent("back");
        _shop.Models.On("front", _ => ScriptedAnswer.Call([.. Enumerable.Repeat(("transfer_to_back", "{}"), 12)]));
        _shop.Models.On("back", _ => new ScriptedAnswer("done"));
        Assert.Equal("done", (await _shop.RunAsync(_host, _shop.NewRun(front))).LastText);
    }

    [Theory]
    [InlineData("required")]
    [InlineData("look")]
    public async Task A_model_that_must_call_a_tool_may_answer_once_it_has_a_result(string choice)
    {
        var agent = _shop.Agent(
            "asker", ["look"], d => d with { Settings = new AgentFactory.Core.Agents.ModelSettings { ToolChoice = choice } });
        _shop.Tool("look", _ => "seen");
        _shop.Models.On("asker", call => call.Options!.ToolMode is RequiredChatToolMode
            ? ScriptedAnswer.Call(("look", call.Messages.Any(m => m.Role == ChatRole.Tool) ? "{}" : "broken"))
            : new ScriptedAnswer("done"));
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal((RunOutcome.Completed, "done", 3, 1), (state.End!.Outcome, state.LastText, state.Turns, state.ToolCalls));
    }

    [Fact]
    public async Task A_thousand_calls_of_one_answer_are_made_or_the_run_ends_at_its_limit()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        _shop.Models.On("asker", call => call.Results.Count == 0
            ? ScriptedAnswer.Call([.. Enumerable.Repeat(("look", "{}"), 1000)]) : new ScriptedAnswer($"{call.Results.Count}"));
        Assert.Equal("max_tool_calls", (await _shop.RunAsync(_host, _shop.NewRun(agent))).End!.Code);
        Assert.Empty(_shop.ToolCalls);
        var able = _shop.Agent("able", ["look"], d => d with { Model = "script/asker", Limits = new RunLimits { MaxToolCalls = 1000 } });
        Assert.Equal("1000", (await _shop.RunAsync(_host, _shop.NewRun(able))).LastText);
        Assert.Equal(1000, _shop.ToolCalls.Select(c => c.IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public async Task Ten_megabytes_of_text_are_an_answer()
    {
        var agent = _shop.Agent("asker");
        var text = string.Concat(Enumerable.Repeat("😀words", 1_200_000));
        _shop.Models.On("asker", _ => new ScriptedAnswer(text));
        Assert.Equal(text, (await _shop.RunAsync(_host, _shop.NewRun(agent))).End!.Body!.Output);
    }

    [Fact]
    public async Task An_answer_with_nothing_in_it_is_an_empty_answer()
    {
        var agent = _shop.Agent("asker");
        _shop.Models.On("asker", _ => new ScriptedAnswer(""));
        var state = await _shop.RunAsync(_host, _shop.NewRun(agent));
        Assert.Equal((RunOutcome.Completed, ""), (state.End!.Outcome, state.End.Body!.Output));
    }

    [Fact]
    public async Task A_session_keeps_its_order_when_the_clock_is_set_back_and_names_no_call_twice()
    {
        var agent = _shop.Agent("asker", ["look"]);
        _shop.Tool("look", _ => "seen");
        _shop.Models.On(
            "asker", call => call.Results.Count == 0 ? ScriptedAnswer.Call(("look", "{}")) : new ScriptedAnswer("done"));
        var session = Ids.New(_time);
        await _shop.Sessions.AddAsync(_shop.Tenant, new SessionRow { SessionId = session, CreatedAt = _time.GetUtcNow() }, Cancelled);
        foreach (var input in new[] { "first", "second", "third" })
        {
            await _shop.RunAsync(_host, _shop.NewRun(agent, input, session: session));
            _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        }
        var messages = _shop.Models.Calls.Last().Messages;
        Assert.Equal(["first", "second", "third"], messages.Where(m => m.Role == ChatRole.User).Select(m => m.Text));
        var ids = messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(c => c.CallId).ToList();
        Assert.Equal((3, 3), (ids.Count, ids.Distinct().Count()));
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_ends_what_has_a_time_limit_and_nothing_twice()
    {
        var agent = _shop.Agent("asker");
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        _shop.Models.On("asker", async (_, token) =>
        {
            entered.SetResult();
            await leave.Task.WaitAsync(token);
            return new ScriptedAnswer("never");
        });
        var run = _shop.NewRun(agent);
        var running = await _host.StartAsync(run);
        await entered.Task.WaitAsync(Cancelled);
        _time.Advance(TimeSpan.FromDays(30));
        await running.Completion.WaitAsync(Cancelled);
        Assert.Equal("max_seconds", (await _shop.StateAsync(run.RunId)).End!.Code);
        Assert.Null(RunEventCodec.FirstBroken(await _shop.EventsAsync(run.RunId)));
    }
}
