using System.Text.Json;

namespace FakeModel;

/// <summary>What to answer: one tool call while the newest user turn has no tool result yet, else a final text.</summary>
internal readonly record struct Plan(string? Tool, string Payload)
{
    public bool IsTool => Tool is not null;

    public static Plan ForChat(JsonElement body)
    {
        if (!ToolsAllowed(body, out var tools) || ChatHasResult(body)) return Final(body);
        var fn = tools[0].TryGetProperty("function", out var f) ? f : tools[0];
        return new(fn.GetProperty("name").GetString()!, Args(fn, "parameters"));
    }

    public static Plan ForResponses(JsonElement body)
    {
        if (!ToolsAllowed(body, out var tools) || ResponsesHasResult(body)) return Final(body);
        foreach (var tool in tools.EnumerateArray())
            if (tool.TryGetProperty("type", out var t) && t.ValueEquals("function"))
                return new(tool.GetProperty("name").GetString()!, Args(tool, "parameters"));
        return Final(body);
    }

    public static Plan ForMessages(JsonElement body) =>
        !ToolsAllowed(body, out var tools) || MessagesHasResult(body)
            ? Final(body) : new(tools[0].GetProperty("name").GetString()!, Args(tools[0], "input_schema"));

    private static bool ToolsAllowed(JsonElement body, out JsonElement tools) =>
        body.TryGetProperty("tools", out tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0
        && !(body.TryGetProperty("tool_choice", out var choice) && (Is(choice, "none") || Is(choice, "type", "none")));

    private static string Args(JsonElement tool, string schema) =>
        tool.TryGetProperty(schema, out var s) ? SchemaSampler.Sample(s) : "{}";

    /// <summary>A fixed text, or a sample of the schema where structured output was asked for.</summary>
    private static Plan Final(JsonElement body)
    {
        if (body.TryGetProperty("response_format", out var rf) && rf.ValueKind == JsonValueKind.Object
            && rf.TryGetProperty("json_schema", out var js) && js.TryGetProperty("schema", out var schema))
            return new(null, SchemaSampler.Sample(schema));
        if (body.TryGetProperty("text", out var t) && t.ValueKind == JsonValueKind.Object
            && t.TryGetProperty("format", out var f) && f.TryGetProperty("schema", out schema))
            return new(null, SchemaSampler.Sample(schema));
        return new(null, ModelCall.FinalText);
    }

    private static bool ChatHasResult(JsonElement body)
    {
        var seen = false;
        foreach (var m in Items(body, "messages"))
            if (Is(m, "role", "tool") || Is(m, "role", "function")) seen = true;
            else if (Is(m, "role", "user")) seen = false;
        return seen;
    }

    private static bool ResponsesHasResult(JsonElement body)
    {
        var seen = false;
        foreach (var m in Items(body, "input"))
            if (Is(m, "type", "function_call_output")) seen = true;
            else if (Is(m, "role", "user")) seen = false;
        return seen;
    }

    private static bool MessagesHasResult(JsonElement body)
    {
        var seen = false;
        foreach (var m in Items(body, "messages"))
        {
            if (!Is(m, "role", "user")) continue;
            seen = false;
            foreach (var part in Items(m, "content"))
                if (Is(part, "type", "tool_result")) seen = true;
        }
        return seen;
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement o, string name) =>
        o.TryGetProperty(name, out var a) && a.ValueKind == JsonValueKind.Array ? a.EnumerateArray() : default;

    private static bool Is(JsonElement e, string value) => e.ValueKind == JsonValueKind.String && e.ValueEquals(value);
    private static bool Is(JsonElement o, string name, string value) =>
        o.ValueKind == JsonValueKind.Object && o.TryGetProperty(name, out var e) && Is(e, value);
}
