using AgentFactory.Core;
using AgentFactory.Engines;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// One open transaction of one tenant. Statements name the tenant as <c>@tenant</c>, which is always this unit's own: a store cannot pass
/// another. <c>@name</c> takes the property of that name from the arguments; a column fills the property of its name in the row.
/// </summary>
internal sealed class UnitOfWork(TenantId? tenant, DatabaseSession session, IStatementObserver? observer)
{
    /// <summary>The tenant of this unit; throws in a platform unit, which has none.</summary>
    public TenantId Tenant => tenant ?? throw new InvalidOperationException("A platform unit of work has no tenant.");

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null)
    {
        var rows = new List<T>();
        await ReadAsync<T>(sql, args, row => { rows.Add(row); return true; });
        return rows;
    }

    /// <summary>The only row, or null; throws when there are more.</summary>
    public async Task<T?> FindAsync<T>(string sql, object? args = null)
    {
        var (found, count) = (default(T), 0);
        await ReadAsync<T>(sql, args, row => { found = row; return ++count < 2; });
        return count < 2 ? found : throw new InvalidOperationException($"More than one row answers: {sql}");
    }

    /// <returns>How many rows changed.</returns>
    public async Task<int> ExecuteAsync(string sql, object? args = null)
    {
        var (statement, arguments) = Prepare(sql, args);
        try
        {
            return await statement.Command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        finally
        {
            if (arguments.Release()) session.Forget(sql);
        }
    }

    /// <summary>Runs statements that come once in a database's life, such as a migration's, without keeping them prepared.</summary>
    public async Task ExecuteScriptAsync(string sql)
    {
        await using var command = session.Connection.CreateCommand();
        command.CommandText = sql;
        // Not ExecuteNonQuery: SQLite's driver keeps errors to itself past the first statement that gives a row.
        await using var results = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await results.NextResultAsync(CancellationToken.None)) await results.ReadAsync(CancellationToken.None);
    }

    private async Task ReadAsync<T>(string sql, object? args, Func<T, bool> each)
    {
        var (statement, arguments) = Prepare(sql, args);
        try
        {
            await using var reader = await statement.Command.ExecuteReaderAsync(CancellationToken.None);
            var rows = StatementRows<T>.Of(statement, reader);
            while (await reader.ReadAsync(CancellationToken.None))
                if (!each(rows.Read(reader))) break;
        }
        finally
        {
            if (arguments.Release()) session.Forget(sql);
        }
    }

    private (DatabaseStatement, StatementArguments) Prepare(string sql, object? args)
    {
        observer?.Observe(sql, tenant, session.Connection);
        var statement = session.Statement(sql);
        return (statement, StatementArguments.Bind(statement, args, tenant));
    }
}
