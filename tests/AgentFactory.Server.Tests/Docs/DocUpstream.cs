using System.Text.Json.Nodes;
using AgentFactory.Server.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>
/// The provider that a reader has a key for: an OpenAI-compatible upstream over real HTTP. Its model calls the tool it was told to,
/// and answers with what the tool returned; without such a tool it answers at once.
/// </summary>
internal sealed class DocUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyDictionary<string, string> _arguments;

    private DocUpstream(WebApplication app, IReadOnlyDictionary<string, string> arguments) => (_app, _arguments) = (app, arguments);

    /// <summary>Ends in <c>/v1</c>.</summary>
    public string BaseUrl => _app.Urls.First() + "/v1";

    /// <param name="arguments">By the name of a tool, what the model calls it with.</param>
    public static async Task<DocUpstream> StartAsync(IReadOnlyDictionary<string, string> arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var upstream = new DocUpstream(app, arguments);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/chat/completions", (RequestDelegate)upstream.CompleteAsync);
        await app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task CompleteAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var messages = request["messages"]!.AsArray();
        await ChatCompletions.AnswerAsync(context, request, $"{messages.Count}", Next(request, messages[^1]!), TimeSpan.Zero);
    }

    private ChatTurn Next(JsonNode request, JsonNode last)
    {
        var said = ChatCompletions.Text(last["content"]);
        if ((string?)last["role"] == "tool") return new ChatTurn($"The tool says: {said}");
        var tool = (request["tools"]?.AsArray() ?? [])
            .Select(t => (string)t!["function"]!["name"]!).FirstOrDefault(_arguments.ContainsKey);
        return tool is null ? new ChatTurn($"You said: {said}") : new ChatTurn("", tool, _arguments[tool]);
    }
}
