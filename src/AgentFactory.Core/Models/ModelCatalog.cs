using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Models;

/// <summary>The catalogue over a fixed set of providers. Thread-safe; a client is made once for each model and key.</summary>
public sealed class ModelCatalog : IModelCatalog
{
    private const int MostClients = 1_000;

    private readonly ConcurrentDictionary<ClientKey, IChatClient> _clients = new();
    private readonly Dictionary<string, IModelProvider> _providers;
    private readonly ICredentialSource _credentials;

    /// <summary>Throws <see cref="ArgumentException"/> when two providers have the same name.</summary>
    public ModelCatalog(IEnumerable<IModelProvider> providers, ICredentialSource credentials)
    {
        _providers = providers.ToDictionary(p => p.Name, StringComparer.Ordinal);
        _credentials = credentials;
    }

    public async ValueTask<ResolvedModel> ResolveAsync(TenantId tenant, string name, CancellationToken cancellationToken)
    {
        if (!ModelName.TryParse(name, out var model) || !_providers.TryGetValue(model.Provider, out var provider)) throw Unknown(name);
        var key = provider.KeyName is null ? null : await _credentials.FindAsync(tenant, provider.KeyName, cancellationToken);
        if (string.IsNullOrEmpty(key)) key = provider.NeedsKey ? throw Missing(provider) : null;
        return new ResolvedModel(model, Client(provider, new ClientKey(model, key)));
    }

    /// <summary>Clients share their provider's connections and hold nothing else: dropping them all now and then costs little.</summary>
    private IChatClient Client(IModelProvider provider, ClientKey key)
    {
        if (_clients.TryGetValue(key, out var client)) return client;
        if (_clients.Count >= MostClients) _clients.Clear();
        return _clients.GetOrAdd(key, static (k, p) => p.CreateClient(k.Model.Model, k.ApiKey), provider);
    }

    private AgentFactoryException Unknown(string name)
    {
        var shown = name.Length <= 200 ? name : name[..200] + "…";
        var providers = string.Join(", ", _providers.Keys.Order(StringComparer.Ordinal));
        return new AgentFactoryException(
            ErrorCodes.ModelUnknown,
            $"No provider serves '{shown}'. A model is named provider/model, and the providers here are: {providers}.",
            "model");
    }

    private static AgentFactoryException Missing(IModelProvider provider) => new(
        ErrorCodes.CredentialMissing,
        $"The provider '{provider.Name}' has no key. Set {provider.KeyName} in the environment of the server, or run "
        + $"'agent-factory secret set {provider.KeyName}', or try without a key with '--model {OfflineProvider.Model}'.",
        "model");

    private readonly record struct ClientKey(ModelName Model, string? ApiKey);
}
