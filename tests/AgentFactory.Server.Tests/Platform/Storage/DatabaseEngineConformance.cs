using System.Data.Common;
using AgentFactory.Core;
using AgentFactory.Engines;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

/// <summary>What every database engine must do; each engine inherits it.</summary>
public abstract class DatabaseEngineConformance : IAsyncLifetime
{
    private Database _database = null!;

    private protected abstract Database Open();

    public abstract ValueTask DisposeAsync();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = Open();
        await WriteAsync(unit => unit.ExecuteAsync("CREATE TABLE notes (n bigint NOT NULL PRIMARY KEY, body text NOT NULL)"));
    }

    [Fact]
    public async Task A_write_is_seen_by_the_next_read()
    {
        await AddAsync(1);
        Assert.Equal([1], await ReadAllAsync());
    }

    [Fact]
    public async Task An_exception_undoes_the_whole_unit_and_reaches_the_caller()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(async unit =>
        {
            await InsertAsync(unit, 1);
            await InsertAsync(unit, 2);
            throw new InvalidOperationException("no");
        }));
        Assert.Equal("no", fault.Message);
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task A_failed_statement_can_be_told_to_be_a_taken_key()
    {
        await AddAsync(1);
        var taken = await Assert.ThrowsAnyAsync<DbException>(() => AddAsync(1));
        Assert.True(taken.IsUniqueViolation());
        var other = await Assert.ThrowsAnyAsync<DbException>(() => WriteAsync(
            unit => unit.ExecuteAsync("INSERT INTO notes (n, body) VALUES (2, NULL)")));
        Assert.False(other.IsUniqueViolation());
    }

    [Fact]
    public async Task Of_many_writers_exactly_the_successful_ones_are_there()
    {
        var writers = Enumerable.Range(0, 600).Select(async n =>
        {
            await Task.Yield();
            try
            {
                await WriteAsync(async unit =>
                {
                    await InsertAsync(unit, n);
                    if (n % 3 == 1) await InsertAsync(unit, n);
                    if (n % 7 == 2) throw new InvalidOperationException("no");
                });
                return n;
            }
            catch (Exception e) when (e is DbException or InvalidOperationException)
            {
                return -1;
            }
        });
        var stored = (await Task.WhenAll(writers)).Where(n => n >= 0).ToList();
        Assert.Equal(Enumerable.Range(0, 600).Where(n => n % 3 != 1 && n % 7 != 2), stored);
        Assert.Equal(stored.Select(n => (long)n), await ReadAllAsync());
    }

    [Fact]
    public async Task A_read_sees_one_snapshot_whatever_is_written_meanwhile()
    {
        await AddAsync(1);
        await _database.ReadPlatformAsync(async unit =>
        {
            Assert.Equal(1, await unit.FindAsync<int>("SELECT count(*) FROM notes"));
            await AddAsync(2);
            Assert.Equal(1, await unit.FindAsync<int>("SELECT count(*) FROM notes"));
            return true;
        }, Cancelled);
        Assert.Equal([1, 2], await ReadAllAsync());
    }

    [Fact]
    public async Task Writing_in_a_read_fails()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => _database.ReadPlatformAsync(unit => unit.ExecuteAsync(
            "INSERT INTO notes (n, body) VALUES (1, '')"), Cancelled));
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task A_cancelled_caller_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var started = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _database.WritePlatformAsync(async unit =>
        {
            started = true;
            await InsertAsync(unit, 1);
            return true;
        }, source.Token));
        Assert.False(started);
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task Cancelling_in_the_middle_does_not_leave_half_a_unit()
    {
        using var source = new CancellationTokenSource();
        await _database.WritePlatformAsync(async unit =>
        {
            await InsertAsync(unit, 1);
            await source.CancelAsync();
            await InsertAsync(unit, 2);
            return true;
        }, source.Token);
        Assert.Equal([1, 2], await ReadAllAsync());
    }

    [Fact]
    public async Task The_tenant_of_the_unit_is_bound_whatever_the_caller_passes()
    {
        var own = new TenantId(Ids.New(TimeProvider.System));
        var bound = await _database.ReadAsync(own, unit => unit.FindAsync<Guid>("SELECT @tenant", new { tenant = Guid.Empty }), Cancelled);
        Assert.Equal(own.Value, bound);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _database.ReadPlatformAsync(unit => Task.FromResult(unit.Tenant), Cancelled));
    }

    private protected Task WriteAsync(Func<UnitOfWork, Task> work) =>
        _database.WritePlatformAsync(async unit => { await work(unit); return true; }, Cancelled);

    private protected Task AddAsync(long n) => WriteAsync(unit => InsertAsync(unit, n));

    private protected static Task InsertAsync(UnitOfWork unit, long n) =>
        unit.ExecuteAsync("INSERT INTO notes (n, body) VALUES (@n, @body)", new { n, body = $"note {n}" });

    private protected Task<IReadOnlyList<long>> ReadAllAsync() =>
        _database.ReadPlatformAsync(unit => unit.QueryAsync<long>("SELECT n FROM notes ORDER BY n"), Cancelled);
}
