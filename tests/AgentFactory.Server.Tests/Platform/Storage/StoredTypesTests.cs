using AgentFactory.Core;

namespace AgentFactory.Server.Tests.Platform.Storage;

public class StoredTypesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 25, 12, 30, 15, 123, 456, TimeSpan.FromHours(2));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_come_back_as_they_were_written()
    {
        await using var data = new EmbeddedDatabase();
        await CreateAsync(data);
        var id = Ids.New(TimeProvider.System);
        await InsertAsync(data, new
        {
            Id = id,
            At,
            Flag = true,
            OtherId = (Guid?)id,
            OtherAt = (DateTimeOffset?)At,
            OtherFlag = (bool?)false,
            N = long.MaxValue,
        });
        var row = (await data.Database.ReadPlatformAsync(unit => unit.FindAsync<Row>(Select), Cancelled))!;
        Assert.Equal(id, row.Id);
        Assert.Equal(At, row.At);
        Assert.Equal(TimeSpan.Zero, row.At.Offset);
        Assert.True(row.Flag);
        Assert.Equal(id, row.OtherId);
        Assert.Equal(At, row.OtherAt);
        Assert.False(row.OtherFlag);
        Assert.Equal(long.MaxValue, row.N);
    }

    [Fact]
    public async Task Nulls_come_back_as_nulls()
    {
        await using var data = new EmbeddedDatabase();
        await CreateAsync(data);
        await InsertAsync(data, WithNulls(Ids.New(TimeProvider.System), At, false, 0));
        var row = (await data.Database.ReadPlatformAsync(unit => unit.FindAsync<Row>(Select), Cancelled))!;
        Assert.False(row.Flag);
        Assert.Null(row.OtherId);
        Assert.Null(row.OtherAt);
        Assert.Null(row.OtherFlag);
    }

    [Fact]
    public async Task Single_values_are_read_without_a_row_type()
    {
        await using var data = new EmbeddedDatabase();
        await CreateAsync(data);
        var id = Ids.New(TimeProvider.System);
        await InsertAsync(data, WithNulls(id, At, true, 7));
        await data.Database.ReadPlatformAsync(async unit =>
        {
            Assert.Equal(id, await unit.FindAsync<Guid>("SELECT id FROM things"));
            Assert.Equal(id, await unit.FindAsync<Guid?>("SELECT id FROM things WHERE id = @id", new { id }));
            Assert.Null(await unit.FindAsync<Guid?>("SELECT other_id FROM things"));
            Assert.Null(await unit.FindAsync<Guid?>("SELECT id FROM things WHERE id = @id", new { id = Guid.Empty }));
            Assert.Equal(At, await unit.FindAsync<DateTimeOffset>("SELECT at FROM things WHERE at = @At", new { At }));
            Assert.True(await unit.FindAsync<bool>("SELECT flag FROM things WHERE flag AND flag = @flag", new { flag = true }));
            Assert.Equal(7, await unit.FindAsync<int>("SELECT n FROM things"));
            Assert.Equal("7", await unit.FindAsync<string>("SELECT CAST(n AS text) FROM things"));
            return true;
        }, Cancelled);
    }

    [Fact]
    public async Task Ids_and_times_sort_in_the_order_of_time()
    {
        await using var data = new EmbeddedDatabase();
        await CreateAsync(data);
        var ids = Enumerable.Range(0, 200).Select(i => Guid.CreateVersion7(At.AddMinutes(i * 977))).ToList();
        var shuffled = ids.Select((id, i) => (id, At: At.AddMinutes(i * 977))).OrderBy(p => p.id.GetHashCode()).ToList();
        foreach (var (id, at) in shuffled)
            await InsertAsync(data, WithNulls(id, at, true, 0));
        await data.Database.ReadPlatformAsync(async unit =>
        {
            Assert.Equal(ids, await unit.QueryAsync<Guid>("SELECT id FROM things ORDER BY id"));
            Assert.Equal(ids, await unit.QueryAsync<Guid>("SELECT id FROM things ORDER BY at"));
            return true;
        }, Cancelled);
    }

    private const string Select =
        "SELECT id AS Id, at AS At, flag AS Flag, other_id AS OtherId, other_at AS OtherAt, other_flag AS OtherFlag, n AS N FROM things";

    private static Task CreateAsync(EmbeddedDatabase data) => data.Database.WritePlatformAsync(unit => unit.ExecuteAsync(
        """
        CREATE TABLE things (
            id uuid NOT NULL PRIMARY KEY, at timestamptz NOT NULL, flag boolean NOT NULL,
            other_id uuid, other_at timestamptz, other_flag boolean, n bigint NOT NULL
        )
        """), Cancelled);

    private static Task InsertAsync(EmbeddedDatabase data, object row) => data.Database.WritePlatformAsync(unit => unit.ExecuteAsync(
        """
        INSERT INTO things (id, at, flag, other_id, other_at, other_flag, n)
        VALUES (@Id, @At, @Flag, @OtherId, @OtherAt, @OtherFlag, @N)
        """, row), Cancelled);

    private static object WithNulls(Guid id, DateTimeOffset at, bool flag, long n) =>
        new { Id = id, At = at, Flag = flag, OtherId = (Guid?)null, OtherAt = (DateTimeOffset?)null, OtherFlag = (bool?)null, N = n };

    private sealed class Row
    {
        public Guid Id { get; init; }
        public DateTimeOffset At { get; init; }
        public bool Flag { get; init; }
        public Guid? OtherId { get; init; }
        public DateTimeOffset? OtherAt { get; init; }
        public bool? OtherFlag { get; init; }
        public long N { get; init; }
    }
}
