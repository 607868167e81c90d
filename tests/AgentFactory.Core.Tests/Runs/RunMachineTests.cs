using System.Collections.Immutable;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;
using CsCheck;

namespace AgentFactory.Core.Tests.Runs;

public sealed class RunMachineTests
{
    private static readonly Gen<ImmutableArray<Ask>> Turn = Gen.Enum<Ask>().Array[0, 4].Select(ImmutableArray.Create);

    private static readonly Gen<ImmutableArray<Ask>[]> Script = Turn.Where(t => t.Length > 0).Array[0, 5];

    [Fact]
    public void The_fold_of_a_prefix_continued_equals_the_fold_of_the_whole() => Script.Sample(script =>
    {
        var world = new RunWorld(script, EffectiveLimits.Default);
        world.Run(_ => false);
        var whole = Describe(RunFold.Fold(world.Journal));
        for (var cut = 0; cut <= world.Journal.Count; cut++)
        {
            var continued = world.Journal.Skip(cut).Aggregate(RunFold.Fold(world.Journal.Take(cut)), RunFold.Apply);
            Assert.Equal(whole, Describe(continued));
        }
    }, iter: 300);

    [Fact]
    public void The_stored_text_of_events_folds_to_the_same_state_as_the_facts() => Script.Sample(script =>
    {
        var world = new RunWorld(script, EffectiveLimits.Default);
        world.Run(_ => false);
        var stored = world.Journal.Select(e => new RunEvent(e.Seq, e.Type, e.TypeVersion, e.At, e.Header, e.Body, e.BodyHash, e.Hash));
        Assert.Equal(Describe(RunFold.Fold(world.Journal)), Describe(RunFold.Fold(stored)));
        Assert.Null(RunEventCodec.FirstBroken(world.Journal));
    }, iter: 300);

    [Fact]
    public void A_process_that_dies_anywhere_any_number_of_times_repeats_no_recorded_effect() =>
        Gen.Select(Script, Gen.Int[0, 40].Array[0, 4], Gen.Int[0, 9]).Sample((script, deaths, cancelAfter) =>
        {
            var world = new RunWorld(script, EffectiveLimits.Default);
            var answered = new HashSet<string>();
            var effectsWhenAnswered = new Dictionary<string, int>();
            foreach (var (i, death) in deaths.Index())
            {
                // In some histories somebody cancels between two processes.
                world.CancelRequested |= i == cancelAfter;
                var steps = 0;
                world.Run(_ => steps++ == death);
                foreach (var (call, times) in effectsWhenAnswered) Assert.Equal(times, world.Effects[call]);
                foreach (var e in world.Journal.Select(e => e.Fact).OfType<ToolResponded>().Where(r => !r.Refused))
                    if (answered.Add(e.CallId)) effectsWhenAnswered[e.CallId] = world.Effects[e.CallId];
            }
            world.Run(_ => false);
            foreach (var (call, times) in effectsWhenAnswered) Assert.Equal(times, world.Effects[call]);
            foreach (var (call, times) in world.Effects.Where(e => e.Key.EndsWith(nameof(ToolEffect.Once), StringComparison.Ordinal)))
                Assert.True(times == 1, $"{call} has effect once and happened {times} times");
            Assert.Null(RunEventCodec.FirstBroken(world.Journal));
            Assert.Single(world.Journal, e => e.Fact is RunStarted);
            Assert.True(world.Journal.Count(e => e.Fact is RunEnded) == (world.State.Status == RunStatus.Ended ? 1 : 0));
            Assert.True(world.State.Status is RunStatus.Ended or RunStatus.Waiting, $"the run is {world.State.Status}");
            if (world.CancelRequested) Assert.Equal(RunStatus.Ended, world.State.Status);
            Assert.All(script.Take(world.State.Turns).SelectMany((asks, turn) => asks.Select((ask, n) => $"{turn + 1}.{n}.{ask}")), id =>
                Assert.True(world.State.CallIds.Contains(id)
                    && (!id.EndsWith(nameof(Ask.Refused), StringComparison.Ordinal) || !world.Effects.ContainsKey(id))));
        }, iter: 2000);

    [Fact]
    public void A_call_of_effect_once_without_an_answer_waits_for_a_person()
    {
        var world = new RunWorld([[Ask.Once]], EffectiveLimits.Default);
        world.Run(at => at == "tool answered");
        world.Run(_ => false);
        Assert.Equal(RunStatus.Waiting, world.State.Status);
        Assert.Equal(1, world.Effects.Values.Single());
        Assert.Equal("tool.outcome_unknown", world.Journal[^1].Type);
    }

    [Fact]
    public void A_hand_off_comes_after_the_results_of_its_batch_and_only_one_is_followed()
    {
        var world = new RunWorld([[Ask.Handoff, Ask.Read, Ask.Handoff]], EffectiveLimits.Default);
        world.Run(_ => false);
        Assert.Equal(
            ["1.1.Read", "1.2.Handoff", "1.0.Handoff"],
            world.Journal.Select(e => e.Fact).Select(f => (f as ToolResponded)?.CallId ?? (f as HandoffMade)?.CallId).OfType<string>());
        Assert.Equal(RunWorld.Next, world.State.VersionId);
        Assert.Equal(RunOutcome.Completed, world.State.End!.Outcome);
    }

    [Fact]
    public void A_model_that_is_refused_again_and_again_ends_the_run()
    {
        var world = new RunWorld(Enumerable.Repeat(ImmutableArray.Create(Ask.Refused, Ask.Refused), 30).ToArray(), EffectiveLimits.Default);
        world.Run(_ => false);
        Assert.Equal("too_many_refused_calls", world.State.End!.Code);
        Assert.Equal(RunMachine.MaxRefusedInARow, world.State.RefusedInARow);
        Assert.Empty(world.Effects);
    }

    [Fact]
    public void Whoever_cancels_at_whatever_moment_ends_the_run_and_starts_nothing_more() =>
        Gen.Select(Script, Gen.Int[0, 60]).Sample((script, moment) =>
    {
        var world = new RunWorld(script, EffectiveLimits.Default);
        var (steps, modelCalls) = (0, -1);
        world.Run(_ =>
        {
            if (steps++ == moment) (world.CancelRequested, modelCalls) = (true, world.ModelCalls);
            return false;
        });
        world.Run(_ => false);
        if (world.CancelRequested) Assert.Equal(RunStatus.Ended, world.State.Status);
        Assert.True(modelCalls < 0 || world.ModelCalls <= modelCalls + 1);
        Assert.Null(RunEventCodec.FirstBroken(world.Journal));
    }, iter: 1000);

    [Fact]
    public void What_a_child_run_used_counts_towards_its_parents_limits()
    {
        var limits = EffectiveLimits.Default with { MaxTurns = 5, MaxToolCalls = 9, MaxTokens = 100, MaxCostNanoUnits = 50 };
        var used = RunState.Empty with
        {
            Start = RunWorld.Started(limits),
            StartedAt = RunWorld.Start,
            Turns = 1,
            ChildTurns = 2,
            ToolCalls = 1,
            ChildToolCalls = 4,
            Usage = new TokenUsage(30, 10),
            CostNanoUnits = 20,
        };
        var left = limits.Remaining(used, RunWorld.Start.AddSeconds(100.5), shares: 2);
        Assert.Equal(
            new RunLimits { MaxTurns = 1, MaxToolCalls = 2, MaxTokens = 30, MaxCostNanoUnits = 15, MaxSeconds = 499, MaxDepth = 4 }, left);
        var spent = limits.Remaining(
            used with { ChildTurns = 99, ChildToolCalls = 99, CostNanoUnits = 99 }, RunWorld.Start.AddDays(1), shares: 1);
        Assert.Equal((0, 0, 0L, 0), (spent.MaxTurns, spent.MaxToolCalls, spent.MaxCostNanoUnits, spent.MaxSeconds));
    }

    [Theory]
    [InlineData(2, 100, "max_turns")]
    [InlineData(25, 3, "max_tool_calls")]
    public void A_run_stops_at_its_limits(int turns, int calls, string code)
    {
        var script = Enumerable.Repeat(ImmutableArray.Create(Ask.Read), 30).ToArray();
        var world = new RunWorld(script, EffectiveLimits.Default with { MaxTurns = turns, MaxToolCalls = calls });
        world.Run(_ => false);
        Assert.Equal(RunOutcome.LimitReached, world.State.End!.Outcome);
        Assert.Equal(code, world.State.End.Code);
        Assert.True(world.State.Turns <= turns && world.State.ToolCalls <= calls);
    }

    [Fact]
    public void A_run_stops_when_the_token_budget_is_spent()
    {
        var script = Enumerable.Repeat(ImmutableArray.Create(Ask.Read), 30).ToArray();
        var world = new RunWorld(script, EffectiveLimits.Default with { MaxTokens = 40 });
        world.Run(_ => false);
        Assert.Equal("max_tokens", world.State.End!.Code);
        Assert.Equal(new TokenUsage(30, 15), world.State.Usage);
    }

    [Fact]
    public void A_model_call_that_is_lost_again_and_again_ends_the_run()
    {
        var world = new RunWorld([], EffectiveLimits.Default);
        for (var i = 0; i < RunMachine.MaxAttempts; i++) world.Run(at => at == "model");
        world.Run(_ => false);
        Assert.Equal("attempts_exhausted", world.State.End!.Code);
        Assert.Equal(RunMachine.MaxAttempts, world.Journal.Count(e => e.Fact is ModelRequested));
    }

    [Fact]
    public void Erasing_bodies_keeps_the_chain_and_the_fold()
    {
        var world = new RunWorld([[Ask.Read, Ask.Read]], EffectiveLimits.Default);
        world.Run(_ => false);
        var erased = world.Journal.ConvertAll(e => new RunEvent(e.Seq, e.Type, e.TypeVersion, e.At, e.Header, null, e.BodyHash, e.Hash));
        Assert.Null(RunEventCodec.FirstBroken(erased));
        var state = RunFold.Fold(erased);
        Assert.Equal(RunStatus.Ended, state.Status);
        Assert.DoesNotContain(state.Messages, m => m.Text.Length > 0 && m.Role != "system");
        Assert.All(erased.Where(e => e.BodyHash.Length > 0), e => Assert.True(e.Erased));
    }

    [Fact]
    public void A_changed_event_breaks_the_chain()
    {
        var world = new RunWorld([[Ask.Read]], EffectiveLimits.Default);
        world.Run(_ => false);
        for (var i = 0; i < world.Journal.Count; i++)
        {
            var e = world.Journal[i];
            var forged = world.Journal.ToList();
            forged[i] = new RunEvent(
                e.Seq, e.Type, e.TypeVersion, e.At, e.Header.Replace("1", "2", StringComparison.Ordinal) + " ", e.Body, e.BodyHash, e.Hash);
            Assert.Equal(e.Seq, RunEventCodec.FirstBroken(forged));
            forged.RemoveAt(i);
            if (i < world.Journal.Count - 1) Assert.NotNull(RunEventCodec.FirstBroken(forged));
        }
    }

    [Fact]
    public void Limits_asked_for_by_a_caller_only_lower_the_agents_own()
    {
        var agent = new RunLimits { MaxTurns = 5, MaxCostNanoUnits = 100 };
        var limits = EffectiveLimits.Of(agent, new RunLimits { MaxTurns = 50, MaxTokens = 10, MaxCostNanoUnits = 1_000 });
        Assert.Equal(EffectiveLimits.Default with { MaxTurns = 5, MaxTokens = 10, MaxCostNanoUnits = 100 }, limits);
    }

    private static string Describe(RunState s) =>
        $"{s.LastSeq} {s.LastHash} {s.Status} {s.Turns} {s.ToolCalls} {s.Usage} {s.CostNanoUnits} {s.End} {s.PendingModel} {s.Attempts} "
        + string.Join('|', s.Messages.Select(m => $"{m.Role}:{m.Text}:{m.CallId}:{string.Join(',', m.Calls)}"))
        + $" {string.Join('|', s.Calls)} "
        + string.Join(',', s.CallIds.Order());
}
