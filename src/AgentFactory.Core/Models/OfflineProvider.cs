using AgentFactory.Core.Models.Offline;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Models;

/// <summary>
/// The provider of <c>demo/offline</c>: a scripted model that ships with the product, so that everything starts and is tested without a
/// key or a network. It really calls the tools it is given, and says in its answers what it is.
/// </summary>
public sealed class OfflineProvider : IModelProvider
{
    /// <summary>The model's whole name.</summary>
    public const string Model = "demo/offline";

    public string Name => "demo";
    public bool NeedsKey => false;
    public string? KeyName => null;
    public IReadOnlyList<string> Models { get; } = ["offline"];

    public IChatClient CreateClient(string model, string? apiKey) => model == "offline"
        ? new OfflineModel()
        : throw new AgentFactoryException(ErrorCodes.ModelUnknown, $"The provider 'demo' has one model, '{Model}'.", "model");
}
