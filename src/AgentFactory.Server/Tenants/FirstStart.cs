using AgentFactory.Core;
using AgentFactory.Server.Keys;
using AgentFactory.Server.Platform.Access;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Tenants;

/// <summary>
/// Finds the operator's tenant, or makes it at the very first start. The owner key is made at the first start that listens beyond the
/// folder's socket: only then does anyone need it, and only then is it shown.
/// </summary>
internal sealed class FirstStart(TenantStore tenants, KeyStore keys, Installation installation, ServerOptions options, TimeProvider time)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var tenant = await FindOrCreateAsync(cancellationToken);
        string? ownerKey = null;
        // The owner key has the tenant's own id, so that it is made once and a revoked one is not made again by a restart.
        if (options.Urls.Count > 0 && !await keys.WasIssuedAsync(tenant.Value, cancellationToken))
            ownerKey = (await keys.CreateAsync(tenant, tenant.Value, "owner", [Scope.Everything], null, cancellationToken)).Text;
        installation.Started(tenant, ownerKey);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<TenantId> FindOrCreateAsync(CancellationToken cancellationToken)
    {
        if (await tenants.FindFirstAsync(cancellationToken) is { } first) return new TenantId(first.TenantId);
        var tenant = new TenantId(Ids.New(time));
        await tenants.CreateAsync(tenant, "default", cancellationToken);
        return tenant;
    }
}
