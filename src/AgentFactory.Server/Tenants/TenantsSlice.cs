using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tenants;

/// <summary>
/// A tenant is whose data it is: agents, runs, keys and everything else belong to exactly one, and none sees another's.
/// The first start makes the tenant "default", whose owner is the operator. More are made by the operator only,
/// over the data folder's socket; each gets an owner key, shown once.
/// </summary>
internal static class TenantsSlice
{
    public static IServiceCollection AddTenants(this IServiceCollection services) => services
        .AddSingleton<TenantStore>()
        .AddSingleton<Installation>()
        .AddHostedService<FirstStart>();

    public static void MapTenants(this IEndpointRouteBuilder v1)
    {
        var tenants = v1.MapNoun("tenants");
        tenants.MapGet("/", TenantEndpoints.List).Named("tenants.list", Scope.Operator, "List the tenants of this installation");
        tenants.MapPost("/", TenantEndpoints.Create).Named("tenants.create", Scope.Operator, "Create a tenant and its owner key")
            .ReturnsSecret().Repeatable();
    }
}
