using System.Text.Json;

namespace FakeModel;

/// <summary>POST /v1/messages, whole and streamed.</summary>
internal static class AnthropicMessages
{
    public static Task HandleAsync(ModelCall call)
    {
        var plan = Plan.ForMessages(call.Body);
        return call.Stream ? StreamAsync(call, plan) : call.JsonAsync(w => Message(w, call, plan, done: true));
    }

    private static async Task StreamAsync(ModelCall call, Plan plan)
    {
        call.StartEvents();
        await SendAsync("message_start", w => { w.WritePropertyName("message"); Message(w, call, plan, done: false); });
        await SendAsync("content_block_start", w =>
        {
            w.WriteNumber("index", 0);
            w.WritePropertyName("content_block");
            Block(w, call, plan, empty: true);
        });
        await foreach (var piece in call.PiecesAsync(plan.Payload))
            await SendAsync("content_block_delta", w =>
            {
                w.WriteNumber("index", 0);
                w.WriteStartObject("delta");
                w.WriteString("type", plan.IsTool ? "input_json_delta" : "text_delta");
                w.WriteString(plan.IsTool ? "partial_json" : "text", piece);
                w.WriteEndObject();
            });
        await SendAsync("content_block_stop", w => w.WriteNumber("index", 0));
        await SendAsync("message_delta", w =>
        {
            w.WriteStartObject("delta");
            w.WriteString("stop_reason", plan.IsTool ? "tool_use" : "end_turn");
            w.WriteNull("stop_sequence");
            w.WriteEndObject();
            w.WriteStartObject("usage");
            w.WriteNumber("output_tokens", Math.Max(1, plan.Payload.Length / 4));
            w.WriteEndObject();
        });
        await SendAsync("message_stop", _ => { });

        Task SendAsync(string type, Action<Utf8JsonWriter> body) => call.EventAsync(type, w =>
        {
            w.WriteStartObject();
            w.WriteString("type", type);
            body(w);
            w.WriteEndObject();
        });
    }

    private static void Message(Utf8JsonWriter w, ModelCall call, Plan plan, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", "msg_" + call.Id);
        w.WriteString("type", "message");
        w.WriteString("role", "assistant");
        w.WriteString("model", call.Model);
        w.WriteStartArray("content");
        if (done) Block(w, call, plan, empty: false);
        w.WriteEndArray();
        if (done) w.WriteString("stop_reason", plan.IsTool ? "tool_use" : "end_turn"); else w.WriteNull("stop_reason");
        w.WriteNull("stop_sequence");
        w.WriteStartObject("usage");
        w.WriteNumber("input_tokens", call.PromptTokens);
        w.WriteNumber("output_tokens", done ? Math.Max(1, plan.Payload.Length / 4) : 1);
        w.WriteEndObject();
        w.WriteEndObject();
    }

    private static void Block(Utf8JsonWriter w, ModelCall call, Plan plan, bool empty)
    {
        w.WriteStartObject();
        w.WriteString("type", plan.IsTool ? "tool_use" : "text");
        if (plan.IsTool)
        {
            w.WriteString("id", "toolu_" + call.Id);
            w.WriteString("name", plan.Tool);
            w.WritePropertyName("input");
            w.WriteRawValue(empty ? "{}" : plan.Payload);
        }
        else w.WriteString("text", empty ? "" : plan.Payload);
        w.WriteEndObject();
    }
}
