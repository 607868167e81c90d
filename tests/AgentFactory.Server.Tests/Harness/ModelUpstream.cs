using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>
/// An OpenAI-compatible upstream over real HTTP that answers slowly, word by word, and counts. Each run calls the tool
/// <see cref="Tool"/> in every turn but its last; the calls of a run are told apart by what its user said.
/// </summary>
internal sealed class ModelUpstream : IAsyncDisposable
{
    public const string Tool = "http_request";

    private readonly WebApplication _app;
    private readonly int _turns;
    private readonly TimeSpan _pause;

    private ModelUpstream(WebApplication app, int turns, TimeSpan pause) => (_app, _turns, _pause) = (app, turns, pause);

    /// <summary>Ends in <c>/v1</c>.</summary>
    public string BaseUrl => _app.Urls.First() + "/v1";

    /// <summary>Requests that reached a model or the tool: <c>label/turn</c> and <c>label/turn/tool</c>.</summary>
    public ConcurrentDictionary<string, int> Counts { get; } = new();

    /// <summary>The same, as they came.</summary>
    public ConcurrentQueue<string> Arrivals { get; } = new();

    /// <summary>What the model says in its last turn.</summary>
    public static string Answer(string label) => string.Join(' ', Enumerable.Range(0, 12).Select(i => $"{label}{i}"));

    public static async Task<ModelUpstream> StartAsync(int turns, TimeSpan pause)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var upstream = new ModelUpstream(app, turns, pause);
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/chat/completions", (RequestDelegate)upstream.CompleteAsync);
        app.MapGet("/tool/{label}/{turn:int}", (string label, int turn) => upstream.Count($"{label}/{turn}/tool"));
        await app.StartAsync();
        return upstream;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private string Count(string what)
    {
        Arrivals.Enqueue(what);
        Counts.AddOrUpdate(what, 1, (_, n) => n + 1);
        return "counted";
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        var messages = body["messages"]!.AsArray();
        var label = ChatCompletions.Text(messages.Last(m => (string?)m!["role"] == "user")!["content"]);
        var turn = messages.Count(m => (string?)m!["role"] == "tool") + 1;
        Count($"{label}/{turn}");
        var call = new JsonObject { ["url"] = $"{_app.Urls.First()}/tool/{label}/{turn}", ["method"] = "GET" };
        var said = turn < _turns
            ? new ChatTurn("", Tool, call.ToJsonString())
            : new ChatTurn(Answer(label));
        await ChatCompletions.AnswerAsync(context, body, $"{label}/{turn}", said, _pause);
    }
}
