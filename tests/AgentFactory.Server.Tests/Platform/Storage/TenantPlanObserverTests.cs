using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

public sealed class TenantPlanObserverTests : IAsyncLifetime
{
    private readonly TenantPlanObserver _observer = new();
    private readonly EmbeddedDatabase _data;

    public TenantPlanObserverTests() => _data = new EmbeddedDatabase(_observer);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _data.Database.WritePlatformAsync(unit => unit.ExecuteScriptAsync(
        """
        CREATE TABLE books (tenant_id uuid NOT NULL, book_id uuid NOT NULL, title text NOT NULL, PRIMARY KEY (tenant_id, book_id));
        CREATE INDEX books_by_title ON books (tenant_id, title);
        CREATE INDEX books_of_all ON books (title);
        CREATE TABLE loans (tenant_id uuid NOT NULL, book_id uuid NOT NULL, person text NOT NULL, PRIMARY KEY (tenant_id, book_id, person));
        CREATE TABLE tenants (tenant_id uuid NOT NULL PRIMARY KEY, name text NOT NULL);
        """), Cancelled);

    public ValueTask DisposeAsync() => _data.DisposeAsync();

    [Theory]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant AND book_id = @id")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant AND (title = @a OR title = @b) ORDER BY title LIMIT 5")]
    [InlineData("SELECT b.title FROM books b JOIN loans AS l ON l.tenant_id = b.tenant_id AND l.book_id = b.book_id WHERE "
        + "b.tenant_id = @tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant AND book_id IN (SELECT book_id FROM loans WHERE tenant_id = @tenant)")]
    [InlineData("SELECT count(*) FROM books b WHERE tenant_id = @tenant AND NOT EXISTS (SELECT 1 FROM loans l WHERE "
        + "l.tenant_id = b.tenant_id)")]
    [InlineData("SELECT b.title FROM books b JOIN tenants t ON t.tenant_id = b.tenant_id WHERE b.tenant_id = @tenant")]
    [InlineData("SELECT name FROM tenants")]
    [InlineData("UPDATE books SET title = @a WHERE tenant_id = @tenant AND book_id = @id")]
    [InlineData("DELETE FROM loans WHERE tenant_id = @tenant")]
    [InlineData("INSERT INTO books (tenant_id, book_id, title) VALUES (@tenant, @id, @a)")]
    [InlineData("INSERT INTO books (tenant_id, book_id, title) VALUES (@tenant, @id, @a), (@tenant, @id, lower(@b))")]
    [InlineData("INSERT INTO books (tenant_id, book_id, title) VALUES (@tenant, @id, @a) ON CONFLICT (tenant_id, book_id) "
        + "DO UPDATE SET title = excluded.title")]
    [InlineData("INSERT INTO loans (tenant_id, book_id, person) SELECT @tenant, book_id, 'me' FROM books WHERE tenant_id = @tenant")]
    [InlineData("WITH own AS MATERIALIZED (SELECT title FROM books WHERE tenant_id = @tenant) SELECT a.title FROM own a "
        + "JOIN own b ON a.title < b.title")]
    [InlineData("SELECT x.n FROM (SELECT count(*) AS n FROM books WHERE tenant_id = @tenant LIMIT 3) AS x")]
    public async Task Statements_that_stay_with_their_tenant_pass(string sql)
    {
        await RunAsync(sql);
        Assert.Empty(_observer.Faults);
        Assert.Equal(1, _observer.Statements);
    }

    [Theory]
    [InlineData("SELECT title FROM books", "tenant_id = @tenant is missing")]
    [InlineData("SELECT title FROM books WHERE title = @a", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE book_id = @id", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant OR title = @a", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @id", "tenant_id is compared with")]
    [InlineData("SELECT title FROM books WHERE tenant_id <> @tenant AND tenant_id = @tenant OR title = @a", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id IN (SELECT tenant_id FROM tenants)", "tenant_id is compared with")]
    [InlineData("SELECT title FROM books WHERE tenant_id = tenant_id", "tenant_id is compared with")]
    [InlineData("SELECT title FROM books WHERE tenant_id >= @tenant", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE +tenant_id = @tenant", "not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE 'tenant_id = @tenant' = 'x' -- tenant_id = @tenant", "tenant_id = @tenant is missing")]
    [InlineData("SELECT b.title FROM books b JOIN loans l ON l.book_id = b.book_id WHERE b.tenant_id = @tenant", "l is "
        + "not searched by its tenant")]
    [InlineData("SELECT b.title FROM books b, loans l WHERE b.tenant_id = @tenant", "l is not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant AND book_id IN (SELECT book_id FROM loans)", "loans is "
        + "not searched by its tenant")]
    [InlineData("SELECT name, (SELECT count(*) FROM books) FROM tenants WHERE tenant_id = @tenant", "books is not searched by its tenant")]
    [InlineData("SELECT title FROM books WHERE tenant_id = @tenant UNION ALL SELECT person FROM loans", "loans is not "
        + "searched by its tenant")]
    [InlineData("WITH all_books AS (SELECT title FROM books) SELECT title FROM all_books", "books is not searched by its tenant")]
    [InlineData("UPDATE books SET title = @a WHERE book_id = @id", "not searched by its tenant")]
    [InlineData("UPDATE books SET tenant_id = @id WHERE tenant_id = @tenant", "moved to another tenant")]
    [InlineData("DELETE FROM loans", "tenant_id = @tenant is missing")]
    [InlineData("DELETE FROM loans WHERE person = @a", "not searched by its tenant")]
    [InlineData("INSERT INTO books (tenant_id, book_id, title) VALUES (@id, @id, @a)", "does not bind tenant_id")]
    [InlineData("INSERT INTO books (tenant_id, book_id, title) VALUES (@tenant, @id, @a), (@id, @id, @b)", "does not bind tenant_id")]
    [InlineData("INSERT INTO books (book_id, tenant_id, title) VALUES (@id, @tenant, @a)", "not the first column")]
    [InlineData("INSERT INTO loans (tenant_id, book_id, person) SELECT tenant_id, book_id, 'me' FROM books", "books is "
        + "not searched by its tenant")]
    [InlineData("SELECT title FROM \"books\"", "tenant_id = @tenant is missing")]
    [InlineData("SELECT title FROM main.books WHERE title = @tenant", "not searched by its tenant")]
    [InlineData("SELECT x.title FROM (books AS x)", "The plan reaches x")]
    [InlineData("INSERT INTO [books] (tenant_id, book_id, title) VALUES (@id, @id, @a)", "does not bind tenant_id")]
    [InlineData("WITH own AS MATERIALIZED (SELECT title FROM books) SELECT a.title FROM own a JOIN own b ON a.title < "
        + "b.title", "books is not searched")]
    public async Task Statements_that_may_leave_their_tenant_are_found(string sql, string fault)
    {
        await RunAsync(sql);
        Assert.Contains(_observer.Faults, f => f.Contains(fault, StringComparison.Ordinal) && f.EndsWith(sql, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_platform_unit_that_touches_a_tenants_table_is_found()
    {
        await _data.Database.ReadPlatformAsync(unit => unit.QueryAsync<string>("SELECT title FROM books"), Cancelled);
        Assert.Contains("A platform unit of work touches books", Assert.Single(_observer.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_products_own_schema_has_a_tenant_first_in_every_key_and_index()
    {
        await using var own = new EmbeddedDatabase();
        await new MigrationRunner(own.Database, Migration.Embedded("sqlite"), TimeProvider.System).RunAsync(Cancelled);
        var indexes = await own.Database.ReadPlatformAsync(unit => unit.QueryAsync<IndexRow>(
            """
            SELECT t.name AS TableName, i.name AS IndexName, c.name AS First
            FROM sqlite_master t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c ON c.seqno = 0 WHERE t.type = 'table'
            """), Cancelled);
        Assert.NotEmpty(indexes);
        Assert.All(indexes.Where(i => !TenantPlanObserver.PlatformTables.Contains(i.TableName)), i => Assert.Equal("tenant_id", i.First));
        var keys = await own.Database.ReadPlatformAsync(unit => unit.QueryAsync<IndexRow>(
            """
            SELECT t.name AS TableName, f."table" AS IndexName, f."from" AS First
            FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f.seq = 0
            """), Cancelled);
        Assert.All(keys, k => Assert.Equal("tenant_id", k.First));
        // A deferred key is checked when the shared transaction commits, and would fail units that did nothing wrong.
        Assert.All(Migration.Embedded("sqlite"), m => Assert.DoesNotContain("DEFERR", m.Sql, StringComparison.OrdinalIgnoreCase));
    }

    private async Task RunAsync(string sql)
    {
        try
        {
            await _data.Database.WriteAsync(new TenantId(Ids.New(TimeProvider.System)), async unit =>
            {
                await unit.ExecuteAsync(sql, new { id = Ids.New(TimeProvider.System), a = "a", b = "b" });
                throw new OperationCanceledException();
            }, Cancelled);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Data.Common.DbException)
        {
            // What the statement does to these empty tables does not matter: it was looked at before it ran.
        }
    }

    private sealed class IndexRow
    {
        public string TableName { get; init; } = "";
        public string IndexName { get; init; } = "";
        public string First { get; init; } = "";
    }
}
