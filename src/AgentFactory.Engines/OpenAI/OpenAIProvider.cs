using System.Diagnostics;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;

namespace AgentFactory.Engines.OpenAI;

/// <summary>OpenAI and every address that speaks its chat completions. The official library is loaded with the first client.</summary>
internal sealed class OpenAIProvider(OpenAIEndpoint endpoint, Lazy<HttpClient> http, TimeSpan? timeout = null) : IModelProvider
{
    /// <summary>How long one whole call may take, and how long a stream may be silent. The run's own time limit comes on top.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    private static readonly string[] Known =
    [
        "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano",
        "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "o3", "o4-mini",
    ];

    private readonly Lazy<OpenAIClients> _clients = new(() => new OpenAIClients(endpoint, http.Value, timeout ?? DefaultTimeout));

    public string Name => endpoint.Name;
    public bool NeedsKey => endpoint.NeedsKey;
    public string? KeyName => endpoint.KeyName;
    public IReadOnlyList<string> Models => endpoint.Name == "openai" ? Known : [];

    public IChatClient CreateClient(string model, string? apiKey) => _clients.Value.Create(model, apiKey);

    /// <summary>The connections that all providers of a process share. Keys are set per request, never on the client.</summary>
    public static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        AllowAutoRedirect = false,
        UseCookies = false,
        // Spans are kept, but our trace ids are nobody else's business.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
