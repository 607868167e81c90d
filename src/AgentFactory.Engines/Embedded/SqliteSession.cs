using System.Data.Common;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// One connection with its prepared statements. Preparing costs more than running a short statement, and the driver prepares each
/// command anew, so commands are kept by their text. Transactions are statements too: the driver's own object would prepare them each time.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection) : DatabaseSession, IAsyncDisposable
{
    // The product has some hundreds of statements; texts built from many filters must not grow without end.
    private const int MostKept = 512;

    private readonly Dictionary<string, DatabaseStatement> _kept = new(StringComparer.Ordinal);

    public override DbConnection Connection => connection;

    public string DatabasePath => connection.DataSource;

    /// <summary>False once SQLite has rolled back by itself, as it does on a full disk.</summary>
    public bool InTransaction => sqlite3_get_autocommit(connection.Handle) == 0;

    public override DatabaseStatement Statement(string sql)
    {
        if (_kept.TryGetValue(sql, out var known)) return known;
        if (_kept.Count == MostKept) DisposeStatements();
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return _kept[sql] = new DatabaseStatement(command);
    }

    public override void Forget(string sql)
    {
        if (_kept.Remove(sql, out var statement)) statement.Command.Dispose();
    }

    public void Execute(string sql) => Statement(sql).Command.ExecuteNonQuery();

    public async ValueTask DisposeAsync()
    {
        DisposeStatements();
        await connection.DisposeAsync();
    }

    private void DisposeStatements()
    {
        foreach (var statement in _kept.Values) statement.Command.Dispose();
        _kept.Clear();
    }
}
