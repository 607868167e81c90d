using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Models;

/// <summary>One company or endpoint that serves models. Implementations are thread-safe; clients are cached by model and key.</summary>
public interface IModelProvider
{
    /// <summary>The part before the slash of a model's name.</summary>
    string Name { get; }

    /// <summary>True when calls need a key; false also where one may be sent.</summary>
    bool NeedsKey { get; }

    /// <summary>The environment variable, and the tenant secret, that holds the key (<c>OPENAI_API_KEY</c>); null for none.</summary>
    string? KeyName { get; }

    /// <summary>Models known by name. Others may work: the provider decides at the call.</summary>
    IReadOnlyList<string> Models { get; }

    /// <summary>A client for one model; no call. <paramref name="apiKey"/> is null only where <see cref="NeedsKey"/> is false.</summary>
    IChatClient CreateClient(string model, string? apiKey);
}

/// <summary>Where provider keys and tool credentials come from: the tenant's secrets first, then the operator's environment.</summary>
public interface ICredentialSource
{
    /// <summary>
    /// A model provider's key for the tenant: its own secret, else the operator's; null when there is neither. Never logged, never in an
    /// error, never handed to a tool.
    /// </summary>
    ValueTask<string?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken);

    /// <summary>
    /// The tenant's own secret, or null. What a tool is given comes from here: the operator's keys must not reach code that a tenant wrote.
    /// </summary>
    ValueTask<string?> FindOwnAsync(TenantId tenant, string name, CancellationToken cancellationToken);
}

/// <summary>Turns <c>provider/model</c> into something that answers.</summary>
public interface IModelCatalog
{
    /// <summary>
    /// Throws <see cref="AgentFactoryException"/> with <c>model_unknown</c> for a name no provider serves and <c>credential_missing</c>
    /// where the provider has no key for this tenant; the messages say what to set.
    /// </summary>
    ValueTask<ResolvedModel> ResolveAsync(TenantId tenant, string name, CancellationToken cancellationToken);
}

/// <param name="Name">What was asked for.</param>
/// <param name="Client">Ready to call. Owned by the catalogue: do not dispose.</param>
public sealed record ResolvedModel(ModelName Name, IChatClient Client);
