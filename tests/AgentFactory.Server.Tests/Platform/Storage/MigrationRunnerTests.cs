using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

public class MigrationRunnerTests
{
    private static readonly Migration First = new("0001_first.sql", "CREATE TABLE first (n bigint); CREATE INDEX first_n ON first (n);");
    private static readonly Migration Second = new("0002_second.sql", "CREATE TABLE second (n bigint);");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_gets_the_whole_schema_of_the_release()
    {
        await using var data = new EmbeddedDatabase();
        var migrations = Migration.Embedded("sqlite");
        await RunAsync(data, [.. migrations]);
        Assert.NotEmpty(migrations);
        Assert.Equal(migrations.Select(m => m.Name), await NamesAsync(data));
    }

    [Fact]
    public async Task A_file_is_applied_once()
    {
        await using var data = new EmbeddedDatabase();
        await RunAsync(data, First);
        await RunAsync(data, First, Second);
        await RunAsync(data, First, Second);
        Assert.Equal([First.Name, Second.Name], await NamesAsync(data));
    }

    [Theory]
    [InlineData("CREATE TABLE oops (; ")]
    [InlineData("CREATE TABLE more (n bigint); SELECT 1; SELECT 2; INSERT INTO nothing (n) VALUES (1);")]
    public async Task A_broken_file_leaves_a_new_database_empty(string sql)
    {
        await using var data = new EmbeddedDatabase();
        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(data, First, new Migration("0002_broken.sql", sql)));
        await RunAsync(data, First);
        Assert.Equal([First.Name], await NamesAsync(data));
    }

    [Fact]
    public async Task An_existing_database_is_copied_before_it_is_changed_and_only_then()
    {
        await using var data = new EmbeddedDatabase();
        var copies = 0;
        Task Copy(CancellationToken cancellationToken) { copies++; return Task.CompletedTask; }
        await new MigrationRunner(data.Database, [First], TimeProvider.System, Copy).RunAsync(Cancelled);
        await new MigrationRunner(data.Database, [First], TimeProvider.System, Copy).RunAsync(Cancelled);
        Assert.Equal(0, copies);
        await new MigrationRunner(data.Database, [First, Second], TimeProvider.System, Copy).RunAsync(Cancelled);
        Assert.Equal(1, copies);
    }

    [Fact]
    public async Task An_altered_file_is_refused()
    {
        await using var data = new EmbeddedDatabase();
        await RunAsync(data, First);
        var altered = First with { Sql = "CREATE TABLE first (n text);" };
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() => RunAsync(data, altered));
        Assert.Equal(ErrorCodes.Unavailable, fault.Code);
        Assert.Contains(First.Name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_a_newer_release_is_refused_and_says_what_to_do()
    {
        await using var data = new EmbeddedDatabase();
        await RunAsync(data, First, Second);
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() => RunAsync(data, First));
        Assert.Equal(ErrorCodes.SchemaTooNew, fault.Code);
        Assert.Contains(Second.Name, fault.Message, StringComparison.Ordinal);
        Assert.Contains("or a later one", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_one_engine_follow_the_portable_file_and_are_left_out_elsewhere()
    {
        Migration[] files = [new("0002_b.sql", ""), new("0001_a.postgres.sql", ""), new("0001_a.sql", "")];
        Assert.Equal(["0001_a.sql", "0002_b.sql"], Migration.InOrder(files, "sqlite").Select(m => m.Name));
        Assert.Equal(["0001_a.sql", "0001_a.postgres.sql", "0002_b.sql"], Migration.InOrder(files, "postgres").Select(m => m.Name));
    }

    [Fact]
    public void Line_ends_do_not_change_a_checksum() =>
        Assert.Equal(new Migration("0001_a.sql", "a\nb\n").Checksum, new Migration("0001_a.sql", "a\r\nb\r\n").Checksum);

    private static Task RunAsync(EmbeddedDatabase data, params Migration[] migrations) =>
        new MigrationRunner(data.Database, migrations, TimeProvider.System).RunAsync(Cancelled);

    private static Task<IReadOnlyList<string>> NamesAsync(EmbeddedDatabase data) =>
        data.Database.ReadPlatformAsync(unit => unit.QueryAsync<string>("SELECT name FROM schema_migrations ORDER BY name"), Cancelled);
}
