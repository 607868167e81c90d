using AgentFactory.Core;

namespace AgentFactory.Server.Tests.Platform.Storage;

public sealed class UnitOfWorkTests : IAsyncDisposable
{
    private readonly EmbeddedDatabase _data = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _data.DisposeAsync();

    [Fact]
    public async Task Rows_are_classes_with_settable_properties_or_positional_records()
    {
        const string sql = "SELECT 7 AS Number, 'seven' AS word";
        Assert.Equal(new Positional(7, "seven"), await FindAsync<Positional>(sql));
        var row = (await FindAsync<WithDefault>("SELECT 7 AS number"))!;
        Assert.Equal((7, "none"), (row.Number, row.Word));
    }

    [Fact]
    public async Task A_column_without_a_property_is_a_mistake_that_is_told()
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => FindAsync<WithDefault>("SELECT 7 AS typo"));
        Assert.Contains("typo", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_without_a_property_is_a_mistake_that_is_told()
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => FindAsync<long>("SELECT @a + @b", new { a = 1L }));
        Assert.Contains("@b", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_without_a_form_in_a_column_is_a_mistake_that_is_told()
    {
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => FindAsync<string>("SELECT @day", new { day = DayOfWeek.Friday }));
        Assert.Contains("DayOfWeek", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_in_quotes_and_comments_are_not_parameters() =>
        Assert.Equal("@a 1", await FindAsync<string>("SELECT '@a ' || @a -- and @b", new { a = 1L, unused = new object() }));

    [Fact]
    public async Task The_same_statement_takes_arguments_of_different_shapes()
    {
        Assert.Equal(1, await FindAsync<long>("SELECT @a", new { a = 1L }));
        Assert.Equal("x", await FindAsync<string>("SELECT @a", new { a = "x" }));
        Assert.Null(await FindAsync<string>("SELECT @a", new { a = (string?)null }));
    }

    [Fact]
    public async Task A_statement_that_a_platform_unit_ran_still_takes_the_tenant_of_a_tenants_unit()
    {
        var (own, other) = (new TenantId(Ids.New(TimeProvider.System)), Ids.New(TimeProvider.System));
        Assert.Equal(other, await FindAsync<Guid>("SELECT @tenant", new { tenant = other }));
        var bound = await _data.Database.ReadAsync(own, unit => unit.FindAsync<Guid>("SELECT @tenant", new { tenant = other }), Cancelled);
        Assert.Equal(own.Value, bound);
        Assert.Equal(other, await FindAsync<Guid>("SELECT @tenant", new { tenant = other }));
    }

    [Fact]
    public async Task More_than_one_row_is_a_mistake_where_one_is_looked_for() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => FindAsync<long>("SELECT 1 UNION ALL SELECT 2"));

    [Fact]
    public async Task More_statements_than_are_kept_prepared_still_work()
    {
        for (var i = 0; i < 600; i++) Assert.Equal(i, await FindAsync<int>($"SELECT {i}"));
        Assert.Equal(3, await FindAsync<int>("SELECT 3"));
    }

    private Task<T?> FindAsync<T>(string sql, object? args = null) =>
        _data.Database.ReadPlatformAsync(unit => unit.FindAsync<T>(sql, args), Cancelled);

    private sealed record Positional(int Number, string Word);

    private sealed class WithDefault
    {
        public int Number { get; init; }
        public string Word { get; init; } = "none";
    }
}
