using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines.Embedded;

/// <summary>A few read-only connections, opened as they are needed. Each unit of work sees one snapshot.</summary>
internal sealed class SqliteReaders(string path) : IAsyncDisposable
{
    private const int Most = 4;

    private readonly SemaphoreSlim _free = new(Most);
    private readonly ConcurrentStack<SqliteConnection> _idle = new();

    public async Task<T> ReadAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            // The last one used has the warmest cache.
            if (!_idle.TryPop(out var connection)) connection = SqliteConnections.OpenReader(path);
            try
            {
                await using var transaction = connection.BeginTransaction(deferred: true);
                return await work(connection, transaction);
            }
            finally
            {
                _idle.Push(connection);
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
        while (_idle.TryPop(out var connection)) await connection.DisposeAsync();
        _free.Dispose();
    }
}
