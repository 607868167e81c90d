using System.Threading.Channels;
using AgentFactory.Core;
using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// The one writer, with group commit. Units of work queue up; whoever finds the writer idle writes the next group on its own thread:
/// a lone caller pays for no thread switch, and while one group waits for the disk the next one gathers.
/// </summary>
internal sealed class SqliteWriter(SqliteSession session) : IThreadPoolWorkItem, IAsyncDisposable
{
    // Bounds how long the first of a group waits for the last: some 10 ms.
    private const int MostInGroup = 256;
    private const int MostWaiting = 16_384;

    private readonly Channel<SqliteWork> _waiting = Channel.CreateBounded<SqliteWork>(MostWaiting);
    private readonly List<SqliteWork> _group = [];
    private int _turn;
    private int _workThread = -1;
    private volatile bool _closed;

    public Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Environment.CurrentManagedThreadId == Volatile.Read(ref _workThread))
            throw new InvalidOperationException("A unit of work was started inside another and would wait for itself. Use the open one.");
        var item = new SqliteWork<T>(work, cancellationToken);
        if (!_waiting.Writer.TryWrite(item)) return Task.FromException<T>(Refusal());
        if (Interlocked.Exchange(ref _turn, 1) == 0) _ = WriteGroupAsync();
        return item.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteGroupAsync();

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _waiting.Writer.TryComplete();
        await _waiting.Reader.Completion;
        // The last group has left the queue, but may still be on its way to the disk.
        while (Interlocked.Exchange(ref _turn, 1) != 0) await Task.Yield();
        await session.DisposeAsync();
    }

    /// <summary>Runs with the turn held and gives it back. What goes wrong is told to the units it happened to.</summary>
    private async Task WriteGroupAsync()
    {
        try
        {
            while (_group.Count < MostInGroup && _waiting.Reader.TryRead(out var unit))
                if (unit.Start()) await RunAsync(unit);
            Commit();
        }
        catch (Exception e)
        {
            FailGroup(e);
        }
        finally
        {
            Interlocked.Exchange(ref _turn, 0);
            if (_waiting.Reader.Count > 0 && Interlocked.Exchange(ref _turn, 1) == 0)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task RunAsync(SqliteWork unit)
    {
        // Nothing precedes the first of a group: undoing it undoes the transaction, and a lone unit never pays for a savepoint.
        var first = _group.Count == 0;
        try
        {
            session.Execute(first ? "BEGIN IMMEDIATE" : "SAVEPOINT unit");
            await StartWork(unit);
            if (!session.InTransaction) throw new InvalidOperationException("SQLite rolled the transaction back.");
            if (!first) session.Execute("RELEASE unit");
        }
        catch (Exception e)
        {
            try
            {
                Undo(first, e);
            }
            finally
            {
                // Also when undoing fails: nobody else would ever tell the caller.
                unit.Fail(Explain(e));
            }
            return;
        }
        _group.Add(unit);
    }

    private Task StartWork(SqliteWork unit)
    {
        Volatile.Write(ref _workThread, Environment.CurrentManagedThreadId);
        try
        {
            return unit.RunAsync(session);
        }
        finally
        {
            Volatile.Write(ref _workThread, -1);
        }
    }

    private void Undo(bool first, Exception cause)
    {
        // A full disk or a failing one makes SQLite roll everything back: what the group had written before is gone with it.
        if (first || !session.InTransaction) FailGroup(cause);
        else session.Execute("ROLLBACK TO unit; RELEASE unit");
    }

    private void Commit()
    {
        if (_group.Count == 0) return;
        session.Execute("COMMIT");
        foreach (var unit in _group) unit.Succeed();
        _group.Clear();
    }

    private void FailGroup(Exception cause)
    {
        foreach (var unit in _group) unit.Fail(Explain(cause));
        _group.Clear();
        if (session.InTransaction) session.Execute("ROLLBACK");
    }

    private Exception Explain(Exception e) =>
        (e is SqliteException fault ? SqliteFaults.Translate(fault, session.DatabasePath) : null) ?? e;

    private AgentFactoryException Refusal() => _closed
        ? new(ErrorCodes.Unavailable, "The server is stopping and takes no more work.") { RetryAfter = 5 }
        : new(ErrorCodes.Unavailable, $"{MostWaiting} writes are waiting for the disk already. Try again in a moment.") { RetryAfter = 1 };
}
