using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>What a model says in one turn: a text, or the call of a tool.</summary>
internal sealed record ChatTurn(string Text, string? Tool = null, string? Arguments = null);

/// <summary>Answers as an OpenAI-compatible endpoint gives them: whole, or word by word.</summary>
internal static class ChatCompletions
{
    /// <summary>A text is a string, or parts of which each is one.</summary>
    public static string Text(JsonNode? content) =>
        content is JsonArray parts ? string.Concat(parts.Select(p => (string?)p!["text"])) : (string?)content ?? "";

    /// <param name="request">The body of the request, which says how the answer is wanted.</param>
    /// <param name="pause">Between two words of a stream.</param>
    public static Task AnswerAsync(HttpContext context, JsonNode request, string id, ChatTurn turn, TimeSpan pause) =>
        (bool?)request["stream"] == true
            ? StreamAsync(context, id, turn, pause)
            : context.Response.WriteAsJsonAsync(Whole(id, turn), context.RequestAborted);

    private static async Task StreamAsync(HttpContext context, string id, ChatTurn turn, TimeSpan pause)
    {
        context.Response.ContentType = "text/event-stream";
        if (turn.Tool is not null)
            await SendAsync(context, id, new JsonObject { ["role"] = "assistant", ["tool_calls"] = Calls(id, turn) });
        foreach (var (i, word) in turn.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Index())
        {
            await SendAsync(context, id, new JsonObject { ["content"] = i == 0 ? word : " " + word });
            await Task.Delay(pause, context.RequestAborted);
        }
        await SendAsync(context, id, [], turn.Tool is null ? "stop" : "tool_calls");
        var last = Head(id, "chat.completion.chunk");
        (last["choices"], last["usage"]) = (new JsonArray(), Usage());
        await context.Response.WriteAsync($"data: {last.ToJsonString()}\n\ndata: [DONE]\n\n", context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, string id, JsonObject delta, string? finish = null)
    {
        var chunk = Head(id, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish });
        await context.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static JsonObject Whole(string id, ChatTurn turn)
    {
        var whole = Head(id, "chat.completion");
        var message = new JsonObject { ["role"] = "assistant", ["content"] = turn.Tool is null ? turn.Text : null };
        if (turn.Tool is not null) message["tool_calls"] = Calls(id, turn);
        whole["choices"] = new JsonArray(
            new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = turn.Tool is null ? "stop" : "tool_calls" });
        whole["usage"] = Usage();
        return whole;
    }

    private static JsonObject Usage() => new() { ["prompt_tokens"] = 10, ["completion_tokens"] = 5, ["total_tokens"] = 15 };

    private static JsonObject Head(string id, string kind) =>
        new() { ["id"] = "chatcmpl-" + id, ["object"] = kind, ["created"] = 1_700_000_000, ["model"] = "fake" };

    private static JsonArray Calls(string id, ChatTurn turn) => new(new JsonObject
    {
        ["index"] = 0,
        ["id"] = "call-" + id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = turn.Tool, ["arguments"] = turn.Arguments },
    });
}
