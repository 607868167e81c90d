using System.Data.Common;
using AgentFactory.Core;
using Dapper;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// One open transaction of one tenant. Statements name the tenant as <c>@tenant</c>, which is always this unit's own:
/// a store cannot pass another.
/// </summary>
internal sealed class UnitOfWork(TenantId? tenant, DbConnection connection, DbTransaction transaction, IStatementObserver? observer)
{
    /// <summary>The tenant of this unit; throws in a platform unit, which has none.</summary>
    public TenantId Tenant => tenant ?? throw new InvalidOperationException("A platform unit of work has no tenant.");

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null)
    {
        observer?.Observe(sql, tenant, connection);
        return (await connection.QueryAsync<T>(sql, Bind(args), transaction)).AsList();
    }

    /// <summary>The only row, or null.</summary>
    public Task<T?> FindAsync<T>(string sql, object? args = null)
    {
        observer?.Observe(sql, tenant, connection);
        return connection.QuerySingleOrDefaultAsync<T>(sql, Bind(args), transaction);
    }

    /// <returns>How many rows changed.</returns>
    public Task<int> ExecuteAsync(string sql, object? args = null)
    {
        observer?.Observe(sql, tenant, connection);
        return connection.ExecuteAsync(sql, Bind(args), transaction);
    }

    private DynamicParameters Bind(object? args)
    {
        var parameters = new DynamicParameters(args);
        if (tenant is { } own) parameters.Add("tenant", own.Value);
        return parameters;
    }
}
