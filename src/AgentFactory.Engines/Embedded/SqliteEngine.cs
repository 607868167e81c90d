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
    private int _disposed;

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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SqliteFaults.CannotOpen(e, path);
        }
    }

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken) =>
        _writer.WriteAsync(work, cancellationToken);

    public Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken) =>
        _readers.ReadAsync(work, cancellationToken);

    /// <summary>
    /// Writes a consistent copy while others go on reading and writing. The copy holds what is live and nothing else: no free pages, so
    /// nothing that was deleted. Refuses to overwrite a file.
    /// </summary>
    public Task CopyToAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => SqliteConnections.Copy(DatabasePath, path, cancellationToken), cancellationToken);

    /// <summary>What is wrong with a database file that nobody has open; null when it is sound.</summary>
    public static Task<string?> FindDamageAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => SqliteConnections.FindDamage(path), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // The last connection to close folds the log into the database, which a reader may not.
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
    }
}
