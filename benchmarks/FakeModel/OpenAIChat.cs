using System.Text.Json;

namespace FakeModel;

/// <summary>POST /v1/chat/completions, whole and streamed.</summary>
internal static class OpenAIChat
{
    public static Task HandleAsync(ModelCall call)
    {
        var plan = Plan.ForChat(call.Body);
        return call.Stream ? StreamAsync(call, plan) : call.JsonAsync(w =>
        {
            Head(w, call, "chat.completion");
            w.WriteStartArray("choices");
            w.WriteStartObject();
            w.WriteNumber("index", 0);
            w.WriteStartObject("message");
            w.WriteString("role", "assistant");
            if (plan.IsTool) { w.WriteNull("content"); ToolCall(w, call, plan, plan.Payload, withIndex: false); }
            else w.WriteString("content", plan.Payload);
            w.WriteNull("refusal");
            w.WriteEndObject();
            w.WriteNull("logprobs");
            w.WriteString("finish_reason", plan.IsTool ? "tool_calls" : "stop");
            w.WriteEndObject();
            w.WriteEndArray();
            Usage(w, call, plan);
            w.WriteEndObject();
        });
    }

    private static async Task StreamAsync(ModelCall call, Plan plan)
    {
        call.StartEvents();
        if (plan.IsTool)
            await DeltaAsync(call, w =>
            {
                w.WriteString("role", "assistant");
                w.WriteNull("content");
                ToolCall(w, call, plan, "", withIndex: true);
            });
        else
            await DeltaAsync(call, w =>
            {
                w.WriteString("role", "assistant");
                w.WriteString("content", "");
            });

        await foreach (var piece in call.PiecesAsync(plan.Payload))
            await DeltaAsync(call, w =>
            {
                if (!plan.IsTool) { w.WriteString("content", piece); return; }
                w.WriteStartArray("tool_calls");
                w.WriteStartObject();
                w.WriteNumber("index", 0);
                w.WriteStartObject("function");
                w.WriteString("arguments", piece);
                w.WriteEndObject();
                w.WriteEndObject();
                w.WriteEndArray();
            });

        await DeltaAsync(call, _ => { }, plan.IsTool ? "tool_calls" : "stop");
        if (call.Body.TryGetProperty("stream_options", out var o) && o.ValueKind == JsonValueKind.Object
            && o.TryGetProperty("include_usage", out var u) && u.ValueKind == JsonValueKind.True)
            await call.EventAsync(null, w =>
            {
                Head(w, call, "chat.completion.chunk");
                w.WriteStartArray("choices");
                w.WriteEndArray();
                Usage(w, call, plan);
                w.WriteEndObject();
            });
        await call.RawEventAsync("[DONE]");
    }

    private static Task DeltaAsync(ModelCall call, Action<Utf8JsonWriter> delta, string? finish = null) => call.EventAsync(null, w =>
    {
        Head(w, call, "chat.completion.chunk");
        w.WriteStartArray("choices");
        w.WriteStartObject();
        w.WriteNumber("index", 0);
        w.WriteStartObject("delta");
        delta(w);
        w.WriteEndObject();
        if (finish is null) w.WriteNull("finish_reason"); else w.WriteString("finish_reason", finish);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    });

    private static void Head(Utf8JsonWriter w, ModelCall call, string kind)
    {
        w.WriteStartObject();
        w.WriteString("id", "chatcmpl-" + call.Id);
        w.WriteString("object", kind);
        w.WriteNumber("created", ModelCall.Created);
        w.WriteString("model", call.Model);
        w.WriteString("system_fingerprint", "fp_fake");
    }

    private static void ToolCall(Utf8JsonWriter w, ModelCall call, Plan plan, string arguments, bool withIndex)
    {
        w.WriteStartArray("tool_calls");
        w.WriteStartObject();
        if (withIndex) w.WriteNumber("index", 0);
        w.WriteString("id", "call_" + call.Id);
        w.WriteString("type", "function");
        w.WriteStartObject("function");
        w.WriteString("name", plan.Tool);
        w.WriteString("arguments", arguments);
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndArray();
    }

    private static void Usage(Utf8JsonWriter w, ModelCall call, Plan plan)
    {
        var completion = Math.Max(1, plan.Payload.Length / 4);
        w.WriteStartObject("usage");
        w.WriteNumber("prompt_tokens", call.PromptTokens);
        w.WriteNumber("completion_tokens", completion);
        w.WriteNumber("total_tokens", call.PromptTokens + completion);
        w.WriteEndObject();
    }
}
