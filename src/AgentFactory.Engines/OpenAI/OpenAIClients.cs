using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace AgentFactory.Engines.OpenAI;

/// <summary>Makes the official library's clients for one address.</summary>
internal sealed class OpenAIClients(OpenAIEndpoint endpoint, HttpClient http, TimeSpan timeout)
{
    private readonly OpenAIClientOptions _options = new()
    {
        Endpoint = endpoint.BaseUrl,
        Transport = new HttpClientPipelineTransport(http),
        NetworkTimeout = timeout,
        // Retrying is decided above, where the budget and the run's limits are known.
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        // Its logs may hold content, and the run machine makes the spans.
        ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        EnableDistributedTracing = false,
    };

    public IChatClient Create(string model, string? apiKey)
    {
#pragma warning disable OPENAI001 // The only way to send no Authorization header; a changed constructor would not compile.
        var client = apiKey is null
            ? new ChatClient(model, new NoAuthentication(), _options)
            : new ChatClient(model, new ApiKeyCredential(apiKey), _options);
#pragma warning restore OPENAI001
        return new OpenAIChatModel(client.AsIChatClient(), new OpenAIFailures(endpoint, model, timeout));
    }

    private sealed class NoAuthentication : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) =>
            ProcessNextAsync(message, pipeline, currentIndex);
    }
}
