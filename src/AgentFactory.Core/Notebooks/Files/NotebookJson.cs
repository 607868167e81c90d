using System.Text;
using System.Text.Json;

namespace AgentFactory.Core.Notebooks.Files;

/// <summary>
/// A forward-only JSON reader that knows where it is, so that a refusal can say so. Nothing is built for what is skipped.
/// </summary>
internal ref struct NotebookJson
{
    private readonly ReadOnlySpan<byte> bytes;
    private readonly List<string> path;
    private Utf8JsonReader reader;

    public NotebookJson(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        bytes = utf8;
        path = [];
        reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
    }

    public readonly JsonTokenType Token => reader.TokenType;

    public bool Read() => reader.Read();

    public void Skip() => reader.Skip();

    /// <summary>Moves from <c>{</c> or the end of a value to the next member and its value; false at <c>}</c>.</summary>
    public bool NextMember(out string name)
    {
        name = "";
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject) return false;
        name = reader.GetString()!;
        reader.Read();
        return true;
    }

    public readonly void Enter(string segment) => path.Add(segment);

    public readonly void Leave() => path.RemoveAt(path.Count - 1);

    public readonly string GetString() => reader.GetString()!;

    /// <summary>
    /// A string, or the strings of an array, appended up to <paramref name="limit"/> characters. False when there was more.
    /// </summary>
    public bool AppendText(StringBuilder into, int limit, string what)
    {
        if (Token == JsonTokenType.String) return Append(into, limit);
        if (Token != JsonTokenType.StartArray) throw Wrong(what, "a string or a list of strings");
        var whole = true;
        while (reader.Read() && Token != JsonTokenType.EndArray)
        {
            if (Token != JsonTokenType.String) throw Wrong(what, "a list of strings");
            whole &= Append(into, limit);
        }
        return whole;
    }

    /// <summary>A whole number; null when the value is anything else, which is skipped.</summary>
    public int? TakeInteger()
    {
        if (Token == JsonTokenType.Number && reader.TryGetDouble(out var number) && number == Math.Floor(number)
            && Math.Abs(number) < 1_000_000)
            return (int)number;
        Skip();
        return null;
    }

    public readonly AgentFactoryException Wrong(string what, string expected) => Refuse(
        $"{what} is {Word(Token)} where the notebook format has {expected}");

    /// <summary>A refusal with the JSON path, line and byte of the current value.</summary>
    public readonly AgentFactoryException Refuse(string what)
    {
        var at = (int)reader.TokenStartIndex;
        var line = bytes[..at].Count((byte)'\n') + 1;
        var column = at - (bytes[..at].LastIndexOf((byte)'\n') + 1) + 1;
        return new AgentFactoryException(ErrorCodes.NotebookInvalid,
            $"{what} (at ${string.Concat(path)}, line {line}, byte {column}). Open the notebook in Jupyter, save it again and retry.");
    }

    private readonly bool Append(StringBuilder into, int limit)
    {
        if (into.Length >= limit) return false;
        var text = reader.GetString()!;
        var room = limit - into.Length;
        into.Append(text.AsSpan(0, Math.Min(room, text.Length)));
        return text.Length <= room;
    }

    private static string Word(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };
}
