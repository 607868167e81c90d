using System.Text.Json;

namespace FakeModel;

/// <summary>POST /v1/responses, whole and streamed (the events that SDKs need to rebuild the answer).</summary>
internal static class OpenAIResponses
{
    public static Task HandleAsync(ModelCall call)
    {
        var plan = Plan.ForResponses(call.Body);
        return call.Stream ? StreamAsync(call, plan) : call.JsonAsync(w => Response(w, call, plan, done: true));
    }

    private static async Task StreamAsync(ModelCall call, Plan plan)
    {
        call.StartEvents();
        var n = 0;
        await SendAsync("response.created", w => { w.WritePropertyName("response"); Response(w, call, plan, done: false); });
        await SendAsync("response.output_item.added", w => Output(w, ""));
        if (!plan.IsTool)
            await SendAsync("response.content_part.added", w => { Where(w); w.WritePropertyName("part"); Part(w, ""); });
        var delta = plan.IsTool ? "response.function_call_arguments" : "response.output_text";
        await foreach (var piece in call.PiecesAsync(plan.Payload))
            await SendAsync(delta + ".delta", w => { Where(w); w.WriteString("delta", piece); });
        await SendAsync(delta + ".done", w => { Where(w); w.WriteString(plan.IsTool ? "arguments" : "text", plan.Payload); });
        if (!plan.IsTool)
            await SendAsync("response.content_part.done", w => { Where(w); w.WritePropertyName("part"); Part(w, plan.Payload); });
        await SendAsync("response.output_item.done", w => Output(w, plan.Payload));
        await SendAsync("response.completed", w => { w.WritePropertyName("response"); Response(w, call, plan, done: true); });

        Task SendAsync(string type, Action<Utf8JsonWriter> body) => call.EventAsync(type, w =>
        {
            w.WriteStartObject();
            w.WriteString("type", type);
            w.WriteNumber("sequence_number", n++);
            body(w);
            w.WriteEndObject();
        });

        void Output(Utf8JsonWriter w, string payload)
        {
            w.WriteNumber("output_index", 0);
            w.WritePropertyName("item");
            Item(w, call, plan, payload);
        }

        void Where(Utf8JsonWriter w)
        {
            w.WriteString("item_id", ItemId(call, plan));
            w.WriteNumber("output_index", 0);
            if (!plan.IsTool) w.WriteNumber("content_index", 0);
        }
    }

    private static string ItemId(ModelCall call, Plan plan) => (plan.IsTool ? "fc_" : "msg_") + call.Id;

    private static void Response(Utf8JsonWriter w, ModelCall call, Plan plan, bool done)
    {
        w.WriteStartObject();
        w.WriteString("id", "resp_" + call.Id);
        w.WriteString("object", "response");
        w.WriteNumber("created_at", ModelCall.Created);
        w.WriteString("status", done ? "completed" : "in_progress");
        w.WriteNull("error");
        w.WriteNull("incomplete_details");
        w.WriteString("model", call.Model);
        w.WriteStartArray("output");
        if (done) Item(w, call, plan, plan.Payload);
        w.WriteEndArray();
        w.WriteBoolean("parallel_tool_calls", true);
        w.WriteStartArray("tools");
        w.WriteEndArray();
        if (done)
        {
            var output = Math.Max(1, plan.Payload.Length / 4);
            w.WriteStartObject("usage");
            w.WriteNumber("input_tokens", call.PromptTokens);
            w.WriteStartObject("input_tokens_details"); w.WriteNumber("cached_tokens", 0); w.WriteEndObject();
            w.WriteNumber("output_tokens", output);
            w.WriteStartObject("output_tokens_details"); w.WriteNumber("reasoning_tokens", 0); w.WriteEndObject();
            w.WriteNumber("total_tokens", call.PromptTokens + output);
            w.WriteEndObject();
        }
        w.WriteEndObject();
    }

    private static void Item(Utf8JsonWriter w, ModelCall call, Plan plan, string payload)
    {
        w.WriteStartObject();
        w.WriteString("id", ItemId(call, plan));
        w.WriteString("type", plan.IsTool ? "function_call" : "message");
        w.WriteString("status", "completed");
        if (plan.IsTool)
        {
            w.WriteString("call_id", "call_" + call.Id);
            w.WriteString("name", plan.Tool);
            w.WriteString("arguments", payload);
        }
        else
        {
            w.WriteString("role", "assistant");
            w.WriteStartArray("content");
            if (payload.Length > 0) Part(w, payload);
            w.WriteEndArray();
        }
        w.WriteEndObject();
    }

    private static void Part(Utf8JsonWriter w, string text)
    {
        w.WriteStartObject();
        w.WriteString("type", "output_text");
        w.WriteString("text", text);
        w.WriteStartArray("annotations");
        w.WriteEndArray();
        w.WriteEndObject();
    }
}
