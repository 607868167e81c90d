namespace AgentFactory.Engines.Embedded;

/// <summary>One unit of work waiting for the writer, as the writer sees it.</summary>
internal abstract class SqliteWork
{
    /// <summary>False when the caller cancelled before its turn: nothing was done then, and the caller has been told.</summary>
    public abstract bool Start();

    public abstract Task RunAsync(DatabaseSession session);

    /// <summary>Called once the group is on disk.</summary>
    public abstract void Succeed();

    public abstract void Fail(Exception cause);
}

/// <inheritdoc cref="SqliteWork"/>
internal sealed class SqliteWork<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken) : SqliteWork
{
    // The writer's thread goes on to the next group: it must not run what callers do afterwards.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Another caller's thread may run this work; what it logs and traces belongs to the caller that asked.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override bool Start() => !cancellationToken.IsCancellationRequested || !_completion.TrySetCanceled(cancellationToken);

    public override async Task RunAsync(DatabaseSession session)
    {
        if (_context is not null) ExecutionContext.Restore(_context);
        _result = await work(session);
    }

    public override void Succeed() => _completion.SetResult(_result!);

    public override void Fail(Exception cause)
    {
        if (cause is OperationCanceledException cancelled) _completion.SetCanceled(cancelled.CancellationToken);
        else _completion.SetException(cause);
    }
}
