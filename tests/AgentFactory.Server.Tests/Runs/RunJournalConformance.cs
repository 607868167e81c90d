using AgentFactory.Core;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Sessions;
using CsCheck;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>What every run journal must do; each engine inherits it.</summary>
public abstract class RunJournalConformance : IAsyncLifetime
{
    private const string Owner = "owner-a";
    private const string Other = "owner-b";

    private IRunJournal _journal = null!;
    private SessionStore _sessions = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected abstract Task<(IRunJournal Journal, SessionStore Sessions)> OpenAsync();

    public abstract ValueTask DisposeAsync();

    public async ValueTask InitializeAsync() => (_journal, _sessions) = await OpenAsync();

    private TenantId Tenant { get; } = new(Ids.New(TimeProvider.System));

    [Fact]
    public async Task What_was_written_is_read_back_to_the_last_bit()
    {
        var run = await (await StartAsync()).AppendAsync(Answer("grüße, 你好, \"quoted\"\nand a new line"));
        var read = await _journal.ReadAsync(Tenant, run.Id, 0, 100, Cancelled);
        Assert.Equal(run.Events.Select(Text), read.Select(Text));
        Assert.Null(RunEventCodec.FirstBroken(read));
        Assert.Equal([2, 3], (await _journal.ReadAsync(Tenant, run.Id, 1, 100, Cancelled)).Select(e => e.Seq));
        Assert.Equal([1, 2], (await _journal.ReadAsync(Tenant, run.Id, 0, 2, Cancelled)).Select(e => e.Seq));
    }

    [Fact]
    public async Task Another_tenant_sees_claims_cancels_and_appends_nothing()
    {
        var run = await StartAsync();
        await _journal.ReleaseAsync(run.Lease, Cancelled);
        var stranger = new TenantId(Ids.New(TimeProvider.System));
        Assert.Empty(await _journal.ReadAsync(stranger, run.Id, 0, 100, Cancelled));
        Assert.Null(await _journal.ClaimAsync(stranger, run.Id, Other, Cancelled));
        Assert.Empty(await _journal.RequestCancelAsync(stranger, run.Id, Cancelled));
        var theirs = run with { Lease = run.Lease with { Tenant = stranger } };
        await Assert.ThrowsAsync<LeaseLostException>(() => theirs.AppendAsync(Answer("no")));
        Assert.Equal(2, (await _journal.ReadAsync(Tenant, run.Id, 0, 100, Cancelled)).Count);
    }

    [Fact]
    public async Task A_stale_fencing_number_appends_nothing()
    {
        var stale = await StartAsync();
        await _journal.ReleaseAsync(stale.Lease, Cancelled);
        var lease = await _journal.ClaimAsync(Tenant, stale.Id, Other, Cancelled);
        Assert.True(lease!.Fence > stale.Lease.Fence);
        await Assert.ThrowsAsync<LeaseLostException>(() => stale.AppendAsync(Answer("late")));
        await _journal.ReleaseAsync(stale.Lease, Cancelled);
        await (stale with { Lease = lease }).AppendAsync(Answer("in time"));
        var read = await _journal.ReadAsync(Tenant, stale.Id, 0, 100, Cancelled);
        Assert.Contains("in time", read[^1].Body, StringComparison.Ordinal);
        Assert.Equal(3, read.Count);
    }

    [Fact]
    public Task Whatever_the_owners_do_in_whatever_order_only_the_highest_fence_appends_and_numbers_have_no_gap() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3]).Array[1, 14].SampleAsync(async steps =>
        {
            var first = await StartAsync();
            var held = new RunLease?[] { first.Lease, null, null };
            var (highest, journal) = (first.Lease.Fence, first.Events.ToList());
            foreach (var (who, what) in steps)
            {
                var name = $"owner-{(char)('a' + who)}";
                if (what == 0 && await _journal.ClaimAsync(Tenant, first.Id, name, Cancelled) is { } claimed)
                {
                    Assert.True(claimed.Fence > highest);
                    (held[who], highest) = (claimed, claimed.Fence);
                }
                else if (what == 1 && held[who] is { } given)
                {
                    await _journal.ReleaseAsync(given, Cancelled);
                }
                else if (what >= 2 && held[who] is { } lease)
                {
                    var next = RunEventCodec.Next(
                        journal[^1], new ModelRequested(1, journal.Count, "demo/offline", name), DateTimeOffset.UnixEpoch);
                    var appended = await TryAppendAsync(lease, next);
                    Assert.False(appended && lease.Fence < highest, "a stale fence appended");
                    if (appended) journal.Add(next);
                }
            }
            Assert.Equal(journal.Select(Text), (await _journal.ReadAsync(Tenant, first.Id, 0, 1000, Cancelled)).Select(Text));
        }, iter: 150, threads: 1);

    [Fact]
    public async Task Of_owners_that_race_for_every_event_one_wins_each()
    {
        var run = await StartAsync();
        await _journal.ReleaseAsync(run.Lease, Cancelled);
        var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            await Task.Yield();
            var appended = new List<(long Seq, long Fence)>();
            for (var i = 0; i < 20; i++)
            {
                if (await _journal.ClaimAsync(Tenant, run.Id, $"racer-{n}", Cancelled) is not { } lease) continue;
                var events = await _journal.ReadAsync(Tenant, run.Id, 0, 10_000, Cancelled);
                var next = RunEventCodec.Next(events[^1], new ModelRequested(1, n, "demo/offline", "k"), DateTimeOffset.UnixEpoch);
                if (await TryAppendAsync(lease, next)) appended.Add((next.Seq, lease.Fence));
            }
            return appended;
        }));
        var inOrder = wins.SelectMany(w => w).OrderBy(w => w.Seq).ToList();
        Assert.NotEmpty(inOrder);
        Assert.Equal(inOrder.Select(w => w.Fence).Order(), inOrder.Select(w => w.Fence));
        var read = await _journal.ReadAsync(Tenant, run.Id, 0, 10_000, Cancelled);
        Assert.Null(RunEventCodec.FirstBroken(read));
        Assert.Equal(inOrder.Count + 2, read.Count);
    }

    [Fact]
    public async Task A_run_is_claimed_by_one_owner_and_not_while_it_is_owned()
    {
        var run = await StartAsync();
        Assert.DoesNotContain(await _journal.ClaimAsync(Owner, 1000, Cancelled), l => l.RunId == run.Id);
        await _journal.ReleaseAsync(run.Lease, Cancelled);
        var claims = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _journal.ClaimAsync(Owner, 1000, Cancelled)));
        var lease = Assert.Single(claims.SelectMany(c => c), l => l.RunId == run.Id);
        Assert.Equal((Tenant, Owner), (lease.Tenant, lease.Owner));
    }

    [Fact]
    public async Task A_run_that_waits_is_claimed_once_somebody_wants_it_cancelled()
    {
        var run = await StartAsync();
        run = await run.AppendAsync(Call("c1"));
        run = await run.AppendAsync(new ToolRequested("c1", "t", Core.Tools.ToolEffect.Once, "k", 1), new ToolOutcomeUnknown("c1", "t"));
        Assert.Equal(RunStatus.Waiting, RunFold.Fold(run.Events).Status);
        await _journal.ReleaseAsync(run.Lease, Cancelled);
        Assert.DoesNotContain(await _journal.ClaimAsync(Other, 1000, Cancelled), l => l.RunId == run.Id);
        Assert.Equal([run.Id], await _journal.RequestCancelAsync(Tenant, run.Id, Cancelled));
        Assert.True(Assert.Single(await _journal.ClaimAsync(Other, 1000, Cancelled), l => l.RunId == run.Id).CancelRequested);
    }

    [Fact]
    public async Task A_wish_to_cancel_reaches_child_runs_at_any_depth_and_no_other()
    {
        var parent = await StartAsync();
        var child = await StartAsync(parent: parent.Id);
        var grandchild = await StartAsync(parent: child.Id);
        var ended = await (await StartAsync(parent: parent.Id)).AppendAsync(End());
        var stranger = await StartAsync();
        var marked = await _journal.RequestCancelAsync(Tenant, parent.Id, Cancelled);
        Assert.Equal(new[] { parent.Id, child.Id, grandchild.Id }.Order(), marked.Order());
        Assert.Empty(await _journal.RequestCancelAsync(Tenant, ended.Id, Cancelled));
        Assert.Equal([stranger.Id], await _journal.RequestCancelAsync(Tenant, stranger.Id, Cancelled));
    }

    [Fact]
    public async Task Nothing_follows_the_end()
    {
        var run = await (await StartAsync()).AppendAsync(End());
        await Assert.ThrowsAsync<LeaseLostException>(() => run.AppendAsync(Answer("late")));
        Assert.Null(await _journal.ClaimAsync(Tenant, run.Id, Other, Cancelled));
        Assert.Equal("run.ended", (await _journal.ReadAsync(Tenant, run.Id, 0, 100, Cancelled))[^1].Type);
    }

    [Fact]
    public async Task A_session_has_one_run_at_a_time()
    {
        var session = await SessionAsync();
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            await Task.Yield();
            try
            {
                return ((StoredRun?)await StartAsync(session), "");
            }
            catch (AgentFactoryException e)
            {
                return (null, e.Code.Code);
            }
        }));
        var run = Assert.Single(tries, t => t.Item1 is not null).Item1!;
        Assert.Equal(11, tries.Count(t => t.Item2 == "session_busy"));
        await run.AppendAsync(End());
        await StartAsync(session);
    }

    [Fact]
    public async Task The_history_of_a_session_is_its_ended_runs_oldest_first()
    {
        var session = await SessionAsync();
        var first = await (await StartAsync(session)).AppendAsync(Answer("one"), End());
        var second = await (await StartAsync(session)).AppendAsync(Answer("two"), End());
        await StartAsync(session);
        var history = await _journal.ReadSessionAsync(Tenant, session, Cancelled);
        Assert.Equal([first.Id, second.Id], history.Select(r => r.RunId));
        Assert.Equal(second.Events.Select(Text), history[1].Events.Select(Text));
        Assert.Empty(await _journal.ReadSessionAsync(new TenantId(Ids.New(TimeProvider.System)), session, Cancelled));
    }

    [Fact]
    public async Task Deleting_a_session_takes_its_runs_and_their_children_and_waits_for_none()
    {
        var session = await SessionAsync();
        var ended = await (await StartAsync(session)).AppendAsync(End());
        var child = await (await StartAsync(parent: ended.Id)).AppendAsync(End());
        var open = await StartAsync(session);
        var busy = await Assert.ThrowsAsync<AgentFactoryException>(() => _journal.DeleteSessionAsync(Tenant, session, Cancelled));
        Assert.Equal(ErrorCodes.SessionBusy, busy.Code);
        Assert.NotEmpty(await _journal.ReadAsync(Tenant, ended.Id, 0, 1, Cancelled));
        Assert.False(await _sessions.TryDeleteAsync(Tenant, session, Cancelled));
        await open.AppendAsync(End());
        await _journal.DeleteSessionAsync(Tenant, session, Cancelled);
        foreach (var gone in new[] { ended, child, open }) Assert.Empty(await _journal.ReadAsync(Tenant, gone.Id, 0, 1, Cancelled));
        Assert.True(await _sessions.TryDeleteAsync(Tenant, session, Cancelled));
        Assert.Equal(ErrorCodes.NotFound, (await Assert.ThrowsAsync<AgentFactoryException>(() => StartAsync(session))).Code);
    }

    private async Task<bool> TryAppendAsync(RunLease lease, RunEvent next)
    {
        try
        {
            await _journal.AppendAsync(lease, [next], RunState.Empty with { Start = Started() }, Cancelled);
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    private async Task<Guid> SessionAsync()
    {
        var row = new SessionRow { SessionId = Ids.New(TimeProvider.System), AgentName = "a", CreatedAt = DateTimeOffset.UnixEpoch };
        await _sessions.AddAsync(Tenant, row, Cancelled);
        return row.SessionId;
    }

    private async Task<StoredRun> StartAsync(Guid? session = null, Guid? parent = null)
    {
        var (id, start) = (Ids.New(TimeProvider.System), Started(session, parent));
        var first = RunEventCodec.Next(null, start, TimeProvider.System.GetUtcNow());
        var second = RunEventCodec.Next(first, new ModelRequested(1, 1, "demo/offline", "k"), TimeProvider.System.GetUtcNow());
        var lease = await _journal.CreateAsync(
            new NewRun(Tenant, id, start, new Dictionary<string, string> { ["a"] = "b" }), Owner, [first, second], Cancelled);
        return new StoredRun(_journal, id, lease, [first, second]);
    }

    private static RunStarted Started(Guid? session = null, Guid? parent = null) =>
        new(Guid.Empty, "a", Guid.Empty, 1, "demo/offline", session, false, EffectiveLimits.Default, 0, parent)
        {
            Body = new RunInput("hello"),
        };

    private static ModelResponded Answer(string text) =>
        new(1, "stop", new TokenUsage(1, 1), 1, null, []) { Body = new ModelAnswer(text, []) };

    private static ModelResponded Call(string id) =>
        new(1, "tool_calls", new TokenUsage(1, 1), 1, null, [new CallName(id, "t")]) { Body = new ModelAnswer("", ["{}"]) };

    private static RunEnded End() => new(RunOutcome.Completed, null) { Body = new RunResult("done", null) };

    private static string Text(RunEvent e) => $"{e.Seq} {e.Type} {e.TypeVersion} {e.At:O} {e.Header} {e.Body} {e.BodyHash} {e.Hash}";

    private sealed record StoredRun(IRunJournal Journal, Guid Id, RunLease Lease, IReadOnlyList<RunEvent> Events)
    {
        public async Task<StoredRun> AppendAsync(params RunFact[] facts)
        {
            var added = new List<RunEvent>();
            foreach (var fact in facts)
                added.Add(RunEventCodec.Next(added.Count > 0 ? added[^1] : Events[^1], fact, TimeProvider.System.GetUtcNow()));
            var all = Events.Concat(added).ToList();
            await Journal.AppendAsync(Lease, added, RunFold.Fold(all), Cancelled);
            return this with { Events = all };
        }
    }
}
