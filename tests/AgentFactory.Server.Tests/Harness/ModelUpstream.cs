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
        var label = Text(messages.Last(m => (string?)m!["role"] == "user")!["content"]!);
        var turn = messages.Count(m => (string?)m!["role"] == "tool") + 1;
        Count($"{label}/{turn}");
        var call = turn < _turns
            ? new JsonObject { ["url"] = $"{_app.Urls.First()}/tool/{label}/{turn}", ["method"] = "GET" }.ToJsonString()
            : null;
        if ((bool?)body["stream"] == true) await StreamAsync(context, $"{label}/{turn}", call, call is null ? Answer(label) : "");
        else await context.Response.WriteAsJsonAsync(Whole($"{label}/{turn}", call, Answer(label)), context.RequestAborted);
    }

    /// <summary>A text is a string, or parts of which each is one.</summary>
    private static string Text(JsonNode content) =>
        content is JsonArray parts ? string.Concat(parts.Select(p => (string?)p!["text"])) : (string)content!;

    private async Task StreamAsync(HttpContext context, string id, string? call, string text)
    {
        context.Response.ContentType = "text/event-stream";
        if (call is not null) await SendAsync(context, id, new JsonObject { ["role"] = "assistant", ["tool_calls"] = Calls(id, call) });
        foreach (var (i, word) in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            await SendAsync(context, id, new JsonObject { ["content"] = i == 0 ? word : " " + word });
            await Task.Delay(_pause, context.RequestAborted);
        }
        await SendAsync(context, id, [], call is null ? "stop" : "tool_calls");
        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, string id, JsonObject delta, string? finish = null)
    {
        var chunk = Head(id, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish });
        await context.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static JsonObject Whole(string id, string? call, string text)
    {
        var whole = Head(id, "chat.completion");
        var message = new JsonObject { ["role"] = "assistant", ["content"] = call is null ? text : null };
        if (call is not null) message["tool_calls"] = Calls(id, call);
        whole["choices"] = new JsonArray(
            new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = call is null ? "stop" : "tool_calls" });
        whole["usage"] = new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 5, ["total_tokens"] = 15 };
        return whole;
    }

    private static JsonObject Head(string id, string kind) =>
        new() { ["id"] = "chatcmpl-" + id, ["object"] = kind, ["created"] = 1_700_000_000, ["model"] = "fake" };

    private static JsonArray Calls(string id, string arguments) => new(new JsonObject
    {
        ["index"] = 0,
        ["id"] = "call-" + id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = Tool, ["arguments"] = arguments },
    });
}
