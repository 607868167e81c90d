using System.Text.Json;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary><c>json_extract</c>: a part of a JSON document, named by a path.</summary>
internal sealed class JsonExtractTool : IBuiltinTool
{
    private const int MaxTextLength = 1 << 20;

    public ToolDefinition Definition { get; } = new()
    {
        Name = "json_extract",
        Description = "Takes a part out of a JSON document. The path is a JSON Pointer (/items/0/name) or a dotted path: names "
            + "joined by dots, [0] for an item, [-1] for the last one, [\"any name\"] for a name with dots or spaces, * or [*] for all of "
            + "them (items[*].name). With a * the result is a list.",
        Kind = ToolKind.Builtin,
        Effect = ToolEffect.Read,
        TimeoutSeconds = 5,
        Parameters = BuiltinArguments.Schema("""
            {
              "type": "object",
              "properties": {
                "json": {"description": "The document: a JSON value, or a string that holds JSON text"},
                "path": {"type": "string", "maxLength": 1000, "description": "What to take; empty for the whole document"}
              },
              "required": ["json", "path"],
              "additionalProperties": false
            }
            """),
    };

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var path = JsonPath.Parse(call.Arguments.Text("path"));
        var document = call.Arguments.GetProperty("json");
        if (document.ValueKind != JsonValueKind.String) return Task.FromResult(new ToolResult(path.Extract(document)));
        using var parsed = Parse(document.GetString()!);
        return Task.FromResult(new ToolResult(path.Extract(parsed.RootElement)));
    }

    private static JsonDocument Parse(string text)
    {
        if (text.Length > MaxTextLength)
            throw BuiltinArguments.Mistake($"The JSON text is longer than {MaxTextLength} characters.", "json");
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw BuiltinArguments.Mistake($"The text is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.", "json");
        }
    }
}
