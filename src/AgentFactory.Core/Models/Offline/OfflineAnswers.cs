using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFactory.Core.Models.Offline;

/// <summary>What a tool answered since the last message of the user.</summary>
internal sealed record OfflineResult(string Tool, string Content, bool Failed);

/// <summary>Puts what the tools said into a sentence, or into the JSON that an output schema asks for.</summary>
internal static class OfflineAnswers
{
    private const int LongestResult = 2_000;
    private const string Label = "(This is the offline demo model: no language model was asked.)";

    public static string Sentence(IReadOnlyList<OfflineResult> results, IReadOnlyList<OfflineTool> tools, string message) =>
        results.Count > 0 ? string.Join("\n", results.Select(Line)) + "\n\n" + Label : $"{Unanswered(tools, message)} {Label}";

    private static string Line(OfflineResult result) =>
        $"{result.Tool} {(result.Failed ? "failed" : "answered")}: {Ended(Readable(result.Content))}";

    private static string Unanswered(IReadOnlyList<OfflineTool> tools, string message)
    {
        var said = message.Length == 0 ? "You wrote nothing." : $"You wrote: \"{Cut(message, 200)}\".";
        return tools.Count == 0
            ? $"{said} This agent has no tools, and calling tools is all that demo/offline can do. Another model gives real answers."
            : $"{said} That fits no tool of this agent. Ask with words of their names: {string.Join(", ", tools.Select(t => t.Name))}.";
    }

    /// <summary>JSON that satisfies <paramref name="schema"/>: what tools returned under the same names, else what they say.</summary>
    public static string Json(JsonElement schema, IReadOnlyList<OfflineResult> results, OfflineText message, string sentence)
    {
        var returned = results.Select(r => Parse(r.Content)).OfType<JsonNode>().ToList();
        var heard = new OfflineText(string.Join("\n", results.Select(r => r.Content)) + "\n" + message.Text);
        return (Value(new OfflineSchema(schema), "", 0) ?? new JsonObject()).ToJsonString(Wire.Options);

        JsonNode? Value(OfflineSchema part, string name, int depth)
        {
            if (depth > 8) return null;
            if (part.Type == "object" && part.Properties is { Count: > 0 } properties)
                return new JsonObject(properties.Select(p => KeyValuePair.Create(p.Name, Value(p.Schema, p.Name, depth + 1))));
            var found = returned.Select(r => Named(r, name)).FirstOrDefault(v => v is not null && Fits(v, part));
            if (found is not null) return found.DeepClone();
            if (part.Const is not null) return OfflinePlaceholders.Of(part, sentence, depth);
            foreach (var choice in part.Enum)
                if (heard.Text.Contains(choice.ToString(), StringComparison.OrdinalIgnoreCase)) return JsonNode.Parse(choice.GetRawText());
            if (part.Type is "integer" or "number" && part.Enum.Count == 0
                && heard.Finds.FirstOrDefault(f => f.Kind == FindKind.Number && part.Allows(f.Number)) is { } number)
                return JsonNode.Parse(number.Text);
            return OfflinePlaceholders.Of(part, sentence, depth);
        }
    }

    private static JsonNode? Named(JsonNode node, string name)
    {
        if (node is JsonArray array) return array.OfType<JsonObject>().Select(o => Named(o, name)).FirstOrDefault(v => v is not null);
        return (node as JsonObject)?.FirstOrDefault(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static bool Fits(JsonNode value, OfflineSchema schema) => (schema.Type, value.GetValueKind()) switch
    {
        ("string", JsonValueKind.String) or ("boolean", JsonValueKind.True or JsonValueKind.False) =>
            schema.Enum.Count == 0 || schema.Enum.Any(e => JsonElement.DeepEquals(e, value.GetValue<JsonElement>())),
        ("integer" or "number", JsonValueKind.Number) => value.AsValue().TryGetValue<decimal>(out var number) && schema.Allows(number),
        ("array", JsonValueKind.Array) => value.AsArray().All(item => item is not null && Fits(item, schema.Items)),
        ("object", JsonValueKind.Object) => schema.Properties.Count == 0,
        _ => false,
    };

    /// <summary>JSON as people would say it, as long as it is flat; anything deeper stays JSON.</summary>
    private static string Readable(string content)
    {
        var text = Parse(content) switch
        {
            JsonValue value => value.ToString(),
            JsonObject json when json.All(p => p.Value is JsonValue) => string.Join(", ", json.Select(p => $"{p.Key}: {p.Value}")),
            JsonArray array when array.All(v => v is JsonValue) => string.Join(", ", array.Select(v => v!.ToString())),
            _ => content.Trim(),
        };
        return text.Length == 0 ? "(nothing)" : Cut(text, LongestResult);
    }

    private static string Ended(string text) => text[^1] is '.' or '!' or '?' or '…' or '}' or ']' or ')' ? text : text + ".";

    private static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";

    private static JsonNode? Parse(string content)
    {
        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
