using System.Data.Common;
using AgentFactory.Core;
using AgentFactory.Engines;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// Where stores get their units of work. Everything a tenant owns is read and written inside one of these, bound to that
/// tenant; the few platform tables (tenants, key look-up, leases to claim) have a unit of work without one.
/// </summary>
internal sealed class Database(IDatabaseEngine engine, IStatementObserver? observer = null)
{
    public IDatabaseEngine Engine => engine;

    /// <summary>One transaction of the tenant, on disk when the task completes.</summary>
    public Task<T> WriteAsync<T>(TenantId tenant, Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) =>
        engine.WriteAsync(session => work(new UnitOfWork(tenant, session, observer)), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(TenantId tenant, Func<UnitOfWork, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(tenant, async unit => { await work(unit); return true; }, cancellationToken);

    /// <summary>One consistent snapshot of the tenant's rows.</summary>
    public Task<T> ReadAsync<T>(TenantId tenant, Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) =>
        engine.ReadAsync(session => work(new UnitOfWork(tenant, session, observer)), cancellationToken);

    /// <summary>A transaction over platform tables, which no tenant owns.</summary>
    public Task<T> WritePlatformAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) =>
        engine.WriteAsync(session => work(new UnitOfWork(null, session, observer)), cancellationToken);

    /// <inheritdoc cref="WritePlatformAsync{T}"/>
    public Task WritePlatformAsync(Func<UnitOfWork, Task> work, CancellationToken cancellationToken) =>
        WritePlatformAsync(async unit => { await work(unit); return true; }, cancellationToken);

    /// <summary>A snapshot of platform tables.</summary>
    public Task<T> ReadPlatformAsync<T>(Func<UnitOfWork, Task<T>> work, CancellationToken cancellationToken) =>
        engine.ReadAsync(session => work(new UnitOfWork(null, session, observer)), cancellationToken);
}

/// <summary>Sees every statement before it runs; the tests prove tenant isolation with it.</summary>
internal interface IStatementObserver
{
    void Observe(string sql, TenantId? tenant, DbConnection connection);
}
