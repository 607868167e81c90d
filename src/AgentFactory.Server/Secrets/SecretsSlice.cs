using AgentFactory.Core.Models;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Secrets;

/// <summary>
/// A secret is a credential that a tenant entrusts to us: the key of a model provider, the token of a tool. It goes in and never comes out
/// again: it is sealed with the tenant's key, no answer and no log holds it, and only what needs it in this process can open it.
/// </summary>
internal static class SecretsSlice
{
    public static IServiceCollection AddSecrets(this IServiceCollection services) => services
        .AddSingleton<SecretStore>()
        .AddSingleton<SecretCredentials>()
        .AddSingleton<ICredentialSource>(s => s.GetRequiredService<SecretCredentials>());

    public static void MapSecrets(this IEndpointRouteBuilder v1)
    {
        var secrets = v1.MapNoun("secrets");
        secrets.MapGet("/", SecretEndpoints.List).Named("secrets.list", Scope.SecretsRead, "List the names of the tenant's secrets");
        secrets.MapPut("/{name}", SecretEndpoints.Put).Named("secrets.put", Scope.SecretsWrite, "Store a secret, or replace it")
            .WithBodyLimit(SecretEndpoints.MostBytes);
        secrets.MapDelete("/{name}", SecretEndpoints.Delete).Named("secrets.delete", Scope.SecretsWrite, "Delete a secret");
    }
}
