using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// SQLite in one file: one writer that shares a commit between all units of work that wait for it, and readers that see a snapshot
/// and never wait for the writer.
/// </summary>
internal sealed class SqliteEngine : IDatabaseEngine
{
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteEngine(string path, SqliteWriter writer)
    {
        DatabasePath = path;
        _writer = writer;
        _readers = new SqliteReaders(path);
    }

    public string Dialect => "sqlite";

    public string DatabasePath { get; }

    /// <summary>Opens or makes the database. The caller owns the data folder, so no other process has it open.</summary>
    public static SqliteEngine Open(string path)
    {
        try
        {
            return new SqliteEngine(path, new SqliteWriter(new SqliteSession(SqliteConnections.OpenWriter(path))));
        }
        catch (SqliteException e) when (SqliteFaults.Translate(e, path) is { } refusal)
        {
            throw refusal;
        }
    }

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(work, cancellationToken);

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken) =>
        _readers.ReadAsync(work, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
    }
}
