using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace AgentFactory.Engines.OpenAI;

/// <summary>OpenAI and every address that speaks its chat completions, through the official library.</summary>
internal sealed class OpenAIProvider : IModelProvider
{
    /// <summary>How long one whole call may take, and how long a stream may be silent. The run's own time limit comes on top.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    private static readonly string[] Known =
    [
        "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano",
        "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "o3", "o4-mini",
    ];

    private readonly OpenAIEndpoint _endpoint;
    private readonly OpenAIClientOptions _options;

    public OpenAIProvider(OpenAIEndpoint endpoint, HttpClient http, TimeSpan? timeout = null)
    {
        _endpoint = endpoint;
        _options = new OpenAIClientOptions
        {
            Endpoint = endpoint.BaseUrl,
            Transport = new HttpClientPipelineTransport(http),
            NetworkTimeout = timeout ?? DefaultTimeout,
            // Retrying is decided above, where the budget and the run's limits are known.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            // Its logs may hold content, and the run machine makes the spans.
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            EnableDistributedTracing = false,
        };
    }

    public string Name => _endpoint.Name;
    public bool NeedsKey => _endpoint.NeedsKey;
    public string? KeyName => _endpoint.KeyName;
    public IReadOnlyList<string> Models => _endpoint.Name == "openai" ? Known : [];

    public IChatClient CreateClient(string model, string? apiKey)
    {
#pragma warning disable OPENAI001 // The only way to send no Authorization header; a changed constructor would not compile.
        var client = apiKey is null
            ? new ChatClient(model, new NoAuthentication(), _options)
            : new ChatClient(model, new ApiKeyCredential(apiKey), _options);
#pragma warning restore OPENAI001
        return new OpenAIChatModel(client.AsIChatClient(), new OpenAIFailures(_endpoint, model, _options.NetworkTimeout!.Value));
    }

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

    private sealed class NoAuthentication : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }
}
