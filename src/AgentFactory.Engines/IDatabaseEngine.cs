namespace AgentFactory.Engines;

/// <summary>
/// One database, two implementations: SQLite in the data folder, PostgreSQL over the network. Portable SQL runs on both;
/// what differs (how a transaction begins, who waits for the disk) is here.
/// </summary>
internal interface IDatabaseEngine : IAsyncDisposable
{
    /// <summary><c>sqlite</c> or <c>postgres</c>: which of a migration's files apply.</summary>
    string Dialect { get; }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction of its own and returns once it is on disk. An exception from
    /// <paramref name="work"/> undoes just this work. <paramref name="work"/> may await nothing but the database: on SQLite many of
    /// them share one commit.
    /// </summary>
    Task<T> WriteAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs <paramref name="work"/> on a consistent snapshot; writing fails.</summary>
    Task<T> ReadAsync<T>(Func<DatabaseSession, Task<T>> work, CancellationToken cancellationToken);
}
