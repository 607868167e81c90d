using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentFactory.Core.Models.Offline;

/// <param name="Complete">Every argument that must be there was found in the text.</param>
/// <param name="Telling">At least one was more than the rest of the sentence: a name, a number, a quote, a listed word.</param>
internal sealed record FilledArguments(JsonObject Json, bool Complete, bool Telling);

/// <summary>
/// Takes the arguments of one call from a text by the schema alone: listed words, then what stands beside an argument's own name or after
/// "from" and "to", then what is left in order, and for free text the rest of the sentence.
/// </summary>
internal sealed class OfflineArguments
{
    private const int Deepest = 4;

    private static readonly string[] FreeText =
    [
        "text", "query", "question", "message", "content", "input", "prompt", "sentence",
        "body", "topic", "search", "keyword", "description", "title", "q", "task",
    ];

    private static readonly string[] Codes = ["id", "number", "no", "code", "ref", "reference", "key", "zip", "sku"];
    private static readonly string[] Denials = ["no", "not", "without", "disable", "skip", "exclude"];
    private static readonly string[] Sources = ["from", "source", "origin", "start", "departure"];
    private static readonly string[] Targets = ["to", "target", "destination", "end", "arrival"];

    private readonly OfflineText _text;
    private readonly OfflineRest _rest;
    private readonly HashSet<Find> _used = [];
    private bool _complete = true;
    private bool _telling;

    private OfflineArguments(OfflineText text, string tool)
    {
        _text = text;
        _rest = new OfflineRest(text, OfflineWords.Of(tool));
    }

    public static FilledArguments Fill(string tool, JsonElement schema, OfflineText text)
    {
        var filler = new OfflineArguments(text, tool);
        var json = filler.Object(new OfflineSchema(schema), 0);
        return new FilledArguments(json, filler._complete, filler._telling);
    }

    private JsonObject Object(OfflineSchema schema, int depth)
    {
        var properties = schema.Properties;
        var nothingRequired = !properties.Exists(p => p.Required);
        var values = new Dictionary<string, JsonNode?>();
        foreach (var (name, property, _) in properties)
            if (Stated(name, property) is { } value) values[name] = Tell(value);
        foreach (var (name, property, required) in properties)
            if (!values.ContainsKey(name) && (required || nothingRequired) && Left(name, property, depth) is { } value)
                values[name] = Tell(value);
        foreach (var (name, property, required) in properties)
            if (!values.ContainsKey(name) && required) values[name] = Rest(name, property, depth);
        var json = new JsonObject();
        foreach (var (name, _, _) in properties)
            if (values.TryGetValue(name, out var value)) json[name] = value;
        return json;
    }

    private JsonNode Tell(JsonNode value)
    {
        _telling = true;
        return value;
    }

    /// <summary>What the text says about this argument in particular.</summary>
    private JsonNode? Stated(string name, OfflineSchema schema)
    {
        if (schema.Enum is { Count: > 0 } listed) return Listed(listed);
        var words = OfflineWords.Of(name);
        switch (schema.Type)
        {
            case "boolean":
                return words.Count > 0 && words.TrueForAll(_text.Words.Contains) ? JsonValue.Create(!IsDenied(words)) : null;
            case "integer" or "number":
                return Beside(words, f => f.Kind == FindKind.Number && schema.Allows(f.Number)) is { } number ? Use(number, schema) : null;
            case "array" when schema.Items.Enum is { Count: > 0 } choices:
                var found = choices.Where(c => Listed([c]) is not null).Select(c => (JsonNode?)JsonNode.Parse(c.GetRawText())).ToArray();
                return found.Length > 0 ? new JsonArray(found) : null;
            case "string":
                if (Shaped(name, schema) is { } shaped) return shaped;
                var find = After(name, schema) ?? Beside(words, f => Suits(f, schema) && (f.IsText || IsCode(name)));
                return find is null ? null : Use(find, schema);
            default:
                return null;
        }
    }

    /// <summary>What is left over and could be this argument.</summary>
    private JsonNode? Left(string name, OfflineSchema schema, int depth)
    {
        switch (schema.Type)
        {
            case "integer" or "number":
                return Unused(f => f.Kind == FindKind.Number && schema.Allows(f.Number)) is { } number ? Use(number, schema) : null;
            case "string" when IsFree(name):
                return Unused(f => f.Kind == FindKind.Quote && Suits(f, schema)) is { } quote ? Use(quote, schema) : null;
            case "string" when schema.Enum.Count == 0:
                var find = Unused(f => f.IsText && Suits(f, schema)) ?? (IsCode(name) ? Unused(f => Suits(f, schema)) : null);
                return find is null ? null : Use(find, schema);
            case "array":
                return Several(schema.Items);
            case "object" when depth < Deepest && schema.Properties.Count > 0:
                return Object(schema, depth + 1);
            default:
                return null;
        }
    }

    /// <summary>The last resort for an argument that must be there.</summary>
    private JsonNode? Rest(string name, OfflineSchema schema, int depth)
    {
        if (schema.Default is { } value) return JsonNode.Parse(value.GetRawText());
        var anyText = schema is { Type: "string", Format: null, Enum.Count: 0, Const: null }
            && OfflineShapes.Of(name) is not (FindKind.Url or FindKind.Email);
        if (anyText && _rest.Without(_used) is { } rest) return Text(rest, schema);
        if (schema is { Type: "array", Items.Type: "string", Items.Enum.Count: 0 } && _rest.Without(_used) is { } list)
            return new JsonArray([.. OfflineRest.Split(list).Select(part => (JsonNode?)part)]);
        if (schema.Const is null) _complete = false;
        return OfflinePlaceholders.Of(schema, _text.Text, depth);
    }

    private JsonArray? Several(OfflineSchema items)
    {
        var finds = _text.Finds.Where(f => !_used.Contains(f) && (items.Type is "integer" or "number"
            ? f.Kind == FindKind.Number && items.Allows(f.Number)
            : items.Type == "string" && items.Enum.Count == 0 && f.IsText)).ToList();
        return finds.Count == 0 ? null : new JsonArray([.. finds.Select(f => Use(f, items))]);
    }

    private JsonNode? Listed(IReadOnlyList<JsonElement> listed)
    {
        var words = OfflineWords.Of(_text.Text);
        foreach (var choice in listed)
        {
            if (choice.ValueKind != JsonValueKind.String) continue;
            var own = OfflineWords.Of(choice.GetString()!);
            var said = own.Count > 0
                ? own.TrueForAll(w => IsOneOf(words, w))
                : _text.Text.Contains(choice.GetString()!, StringComparison.OrdinalIgnoreCase);
            if (said) return JsonNode.Parse(choice.GetRawText());
        }
        return null;
    }

    /// <summary>Addresses, dates and arithmetic are known by their shape.</summary>
    private JsonNode? Shaped(string name, OfflineSchema schema)
    {
        var kind = schema.Format switch
        {
            "uri" or "url" or "iri" => FindKind.Url,
            "email" or "idn-email" => FindKind.Email,
            "date" or "date-time" => FindKind.Date,
            _ => OfflineShapes.Of(name),
        };
        if (kind is { } shape) return Unused(f => f.Kind == shape) is { } find ? Use(find, schema) : null;
        return OfflineShapes.TakesArithmetic(name, schema.Description) ? (JsonNode?)_text.Expression : null;
    }

    private Find? After(string name, OfflineSchema schema)
    {
        var words = OfflineShapes.Words(name);
        var prepositions = words.Exists(Sources.Contains) ? ["from"] : words.Exists(Targets.Contains) ? (string[])["to", "into"] : [];
        return Unused(f => Suits(f, schema) && (f.IsText || f.Kind == FindKind.Date || IsCode(name))
            && Array.Exists(prepositions, p => _text.Before(f).TrimEnd().EndsWith(" " + p, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The find that stands closest behind one of the words, or right before it.</summary>
    private Find? Beside(List<string> words, Func<Find, bool> suits)
    {
        const int Near = 12;
        var places = _text.Places().Where(p => OfflineWords.Of(p.Word).Exists(w => IsOneOf(words, w))).ToList();
        return _text.Finds.Where(f => !_used.Contains(f) && suits(f))
            .Select(f => (Find: f, Distance: places.Select(p => Distance(f, p.Start, p.End)).DefaultIfEmpty(int.MaxValue).Min()))
            .Where(c => c.Distance <= Near).OrderBy(c => c.Distance).FirstOrDefault().Find;
    }

    /// <summary>From a word on to a find; backwards only over a space or so, as in "5 days".</summary>
    private static int Distance(Find find, int start, int end) =>
        find.Start >= end ? find.Start - end : start >= find.End ? (start - find.End) * 6 : int.MaxValue;

    private static bool IsOneOf(List<string> words, string word) => words.Exists(w => OfflineWords.Likeness(w, word) > 0);

    private Find? Unused(Func<Find, bool> suits) => _text.Finds.FirstOrDefault(f => !_used.Contains(f) && suits(f));

    private JsonNode Use(Find find, OfflineSchema schema)
    {
        _used.Add(find);
        return schema.Type is "integer" or "number" ? JsonNode.Parse(find.Text)! : Text(find.Text, schema);
    }

    private static JsonValue Text(string text, OfflineSchema schema) =>
        JsonValue.Create(schema.Bound("maxLength") is { } most && text.Length > most ? text[..(int)most] : text);

    private bool IsDenied(List<string> words)
    {
        var places = _text.Places().ToList();
        return places.Zip(places.Skip(1), (before, word) => (Before: before.Word.ToLowerInvariant(), Words: OfflineWords.Of(word.Word)))
            .Any(pair => Denials.Contains(pair.Before) && pair.Words.Exists(words.Contains));
    }

    private static bool IsFree(string name) => OfflineShapes.Words(name).Exists(FreeText.Contains);

    private static bool IsCode(string name) => OfflineShapes.Words(name).Exists(Codes.Contains);

    private static bool Suits(Find find, OfflineSchema schema)
    {
        if (schema.Pattern is not { } pattern) return true;
        try
        {
            return Regex.IsMatch(find.Text, pattern, RegexOptions.NonBacktracking, TimeSpan.FromMilliseconds(50));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            // A pattern that .NET does not know says nothing; the tool's own validation decides.
            return true;
        }
    }
}
