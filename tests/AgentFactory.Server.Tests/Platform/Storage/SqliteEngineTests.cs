using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Platform.Storage;
using CsCheck;

namespace AgentFactory.Server.Tests.Platform.Storage;

public sealed class SqliteEngineTests : DatabaseEngineConformance
{
    private readonly EmbeddedDatabase _data = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected override Database Open() => _data.Database;

    public override ValueTask DisposeAsync() => _data.DisposeAsync();

    /// <summary>
    /// Group commit must not show: units that share a transaction leave what each alone would have left, whichever of them fail and how.
    /// The writer is held while they queue up, so that they do share one.
    /// </summary>
    [Fact]
    public async Task Units_of_one_group_leave_what_each_alone_would_leave() =>
        await Gen.Select(Gen.Int[0, 9], Gen.Enum<Fate>()).List[1, 40].SampleAsync(async units =>
        {
            await using var data = new EmbeddedDatabase();
            await data.Database.WritePlatformAsync(
                unit => unit.ExecuteScriptAsync("CREATE TABLE notes (n bigint NOT NULL PRIMARY KEY, body text NOT NULL)"), default);
            using var held = new ManualResetEventSlim();
            using var started = new ManualResetEventSlim();
            var holding = Task.Run(() => data.Database.WritePlatformAsync(unit =>
            {
                started.Set();
                held.Wait();
                return Task.CompletedTask;
            }, default));
            started.Wait();
            var expected = new HashSet<long>();
            var calls = new List<(bool Succeeds, Task Call)>();
            foreach (var (n, fate) in units)
            {
                var succeeds = fate is Fate.Succeed && expected.Add(n);
                calls.Add((succeeds, data.Database.WritePlatformAsync(unit => RunAsync(unit, n, fate), default)));
            }
            held.Set();
            await holding;
            foreach (var (succeeds, call) in calls)
            {
                await call.ContinueWith(_ => { }, TaskScheduler.Default);
                if (call.IsCompletedSuccessfully != succeeds) return false;
            }
            var stored = await data.Database.ReadPlatformAsync(unit => unit.QueryAsync<long>("SELECT n FROM notes ORDER BY n"), default);
            return stored.SequenceEqual(expected.Order());
        }, iter: 60);

    [Fact]
    public async Task A_unit_cancelled_while_it_waits_for_the_writer_does_nothing()
    {
        using var held = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        using var started = new ManualResetEventSlim();
        var holding = Task.Run(() => WriteAsync(unit => { started.Set(); held.Wait(Cancelled); return Task.CompletedTask; }), Cancelled);
        started.Wait(Cancelled);
        var waiting = _data.Database.WritePlatformAsync(unit => InsertAsync(unit, 1), source.Token);
        await source.CancelAsync();
        held.Set();
        await holding;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task A_unit_inside_a_unit_is_refused_instead_of_waiting_for_itself()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(_ => AddAsync(1)));
        await AddAsync(2);
        Assert.Equal([2], await ReadAllAsync());
    }

    [Fact]
    public async Task A_unit_sees_what_its_caller_has_in_its_context_whoever_runs_it()
    {
        var context = new AsyncLocal<int>();
        var seen = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => Task.Run(async () =>
        {
            context.Value = i;
            var inside = await _data.Database.WritePlatformAsync(_ => Task.FromResult(context.Value), Cancelled);
            return (i, inside);
        }, Cancelled)));
        Assert.All(seen, pair => Assert.Equal(pair.i, pair.inside));
    }

    [Fact]
    public async Task A_full_disk_is_said_plainly_undoes_the_unit_and_leaves_the_rest()
    {
        await AddAsync(1);
        await WriteAsync(unit => unit.QueryAsync<long>("PRAGMA max_page_count = 10"));
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() => WriteAsync(async unit =>
        {
            await InsertAsync(unit, 2);
            await unit.ExecuteAsync("INSERT INTO notes (n, body) VALUES (3, @body)", new { body = new string('x', 200_000) });
        }));
        Assert.Equal(ErrorCodes.Unavailable, fault.Code);
        Assert.Contains("full", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], await ReadAllAsync());
        await WriteAsync(unit => unit.QueryAsync<long>("PRAGMA max_page_count = 100000"));
        await AddAsync(4);
        Assert.Equal([1, 4], await ReadAllAsync());
    }

    [Fact]
    public async Task A_stopped_engine_refuses_and_what_was_taken_before_is_on_disk()
    {
        var calls = Enumerable.Range(0, 50).Select(n => Task.Run(() => AddAsync(n), Cancelled)).ToList();
        await Task.WhenAll(calls);
        await _data.Engine.DisposeAsync();
        Assert.Equal(ErrorCodes.Unavailable, (await Assert.ThrowsAsync<AgentFactoryException>(() => AddAsync(99))).Code);
        await using var again = SqliteEngine.Open(_data.Engine.DatabasePath);
        var count = await new Database(again).ReadPlatformAsync(unit => unit.FindAsync<int>("SELECT count(*) FROM notes"), Cancelled);
        Assert.Equal(50, count);
    }

    [Fact]
    public async Task Every_commit_waits_for_the_disk()
    {
        var settings = await _data.Database.WritePlatformAsync(async unit => (
            await unit.FindAsync<string>("PRAGMA journal_mode"),
            await unit.FindAsync<int>("PRAGMA synchronous"),
            await unit.FindAsync<int>("PRAGMA foreign_keys")), Cancelled);
        Assert.Equal(("wal", 2, 1), settings);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_the_way_out()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('x', 4096));
            var fault = Assert.Throws<AgentFactoryException>(() => SqliteEngine.Open(path));
            Assert.Contains("data restore", fault.Message, StringComparison.Ordinal);
            var inside = Assert.Throws<AgentFactoryException>(() => SqliteEngine.Open(Path.Combine(path, "x.db")));
            Assert.Equal(ErrorCodes.Unavailable, inside.Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_statement_whose_values_were_large_is_not_kept()
    {
        const string sql = "INSERT INTO notes (n, body) VALUES (@n, @body)";
        await WriteAsync(unit => unit.ExecuteAsync(sql, new { n = 1L, body = new string('x', 1_000_000) }));
        await WriteAsync(unit => unit.ExecuteAsync(sql, new { n = 2L, body = "" }));
        Assert.Equal([1, 2], await ReadAllAsync());
    }

    private static async Task RunAsync(UnitOfWork unit, long n, Fate fate)
    {
        await InsertAsync(unit, n);
        if (fate == Fate.BreakAKey) await InsertAsync(unit, n);
        if (fate == Fate.BreakTheSql) await unit.ExecuteAsync("INSERT INTO nothing (n) VALUES (1)");
        if (fate == Fate.Throw) throw new InvalidOperationException("no");
        if (fate == Fate.SwallowAndThrow)
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => InsertAsync(unit, n));
            throw new InvalidOperationException("no");
        }
    }

    private enum Fate
    {
        Succeed,
        Throw,
        BreakAKey,
        BreakTheSql,
        SwallowAndThrow,
    }
}
