using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines.Embedded;

/// <summary>A few read-only connections, opened as they are needed. Each unit of work sees one snapshot.</summary>
internal sealed class SqliteReaders(string path) : IAsyncDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most);
    private readonly ConcurrentStack<SqliteSession> _idle = new();

    public async Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            // The last one used has the warmest cache.
            if (!_idle.TryPop(out var session)) session = new SqliteSession(SqliteConnections.OpenReader(path));
            try
            {
                session.Execute("BEGIN");
                return await work(session);
            }
            finally
            {
                if (session.InTransaction) session.Execute("ROLLBACK");
                _idle.Push(session);
            }
        }
        catch (SqliteException e) when (SqliteFaults.Translate(e, path) is { } refusal)
        {
            throw refusal;
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = 0; i < Most; i++) await _free.WaitAsync();
        while (_idle.TryPop(out var session)) await session.DisposeAsync();
        _free.Dispose();
    }
}
