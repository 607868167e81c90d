using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Chores;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Keys;

/// <summary>
/// A key lets a program call the API for one tenant, within its scopes and until it expires or is revoked.
/// Its text (<c>af_key_{id}_{secret}{checksum}</c>) is shown once; only a hash is kept.
/// Nobody can make a key that may do more than the one it is made with.
/// </summary>
internal static class KeysSlice
{
    public static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddSingleton<KeyStore>()
        .AddSingleton<KeyUses>()
        .AddSingleton<IChore>(s => s.GetRequiredService<KeyUses>())
        .AddSingleton<KeyCheck>()
        .AddSingleton<ICredentialCheck>(s => s.GetRequiredService<KeyCheck>());

    public static void MapKeys(this IEndpointRouteBuilder v1)
    {
        var keys = v1.MapNoun("keys");
        keys.MapGet("/", KeyEndpoints.List).Named("keys.list", Scope.KeysRead, "List the keys of the tenant");
        keys.MapPost("/", KeyEndpoints.Create).Named("keys.create", Scope.KeysWrite, "Create a key").ReturnsSecret().Repeatable();
        keys.MapGet("/{key}", KeyEndpoints.Find).Named("keys.get", Scope.KeysRead, "Read what a key may do and when it was used");
        keys.MapDelete("/{key}", KeyEndpoints.Revoke).Named("keys.revoke", Scope.KeysWrite, "Revoke a key at once");
    }
}
