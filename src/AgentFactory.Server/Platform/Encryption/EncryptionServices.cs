using AgentFactory.Engines.Embedded;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Platform.Encryption;

/// <summary>Envelope encryption: the master key seals a key per tenant, and that key seals the tenant's secrets.</summary>
internal static class EncryptionServices
{
    public static IServiceCollection AddEncryption(this IServiceCollection services) => services
        .AddSingleton(s => MasterKey.Load(
            s.GetRequiredService<DataFolder>(), s.GetRequiredService<ServerOptions>().Environment(MasterKey.Variable)))
        .AddSingleton<TenantKeys>()
        .AddSingleton<TenantCipher>();
}
