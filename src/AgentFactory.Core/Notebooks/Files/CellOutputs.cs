using System.Text;
using System.Text.Json;

namespace AgentFactory.Core.Notebooks.Files;

/// <summary>The text of a cell's saved outputs. Images and other payloads are passed over byte by byte, never decoded.</summary>
internal readonly record struct CellOutputs(string? Text, bool Failed)
{
    public static CellOutputs Read(ref NotebookJson json)
    {
        if (json.Token != JsonTokenType.StartArray)
        {
            json.Skip();
            return default;
        }
        var (text, failed, index) = (new StringBuilder(), false, 0);
        while (json.Read() && json.Token != JsonTokenType.EndArray)
        {
            json.Enter($"[{index++}]");
            failed |= ReadOne(ref json, text);
            json.Leave();
        }
        return new CellOutputs(text.Length == 0 ? null : text.ToString(), failed);
    }

    /// <summary>True when the output is an error; its text is not kept.</summary>
    private static bool ReadOne(ref NotebookJson json, StringBuilder text)
    {
        if (json.Token != JsonTokenType.StartObject) throw json.Wrong("An output", "an object");
        var failed = false;
        while (json.NextMember(out var name))
        {
            json.Enter("." + name);
            if (name == "output_type") failed = json.Token == JsonTokenType.String && json.GetString() == "error";
            else if (name == "text") Append(ref json, text, "An output's \"text\"");
            else if (name == "data" && json.Token == JsonTokenType.StartObject) ReadBundle(ref json, text);
            else json.Skip();
            json.Leave();
        }
        return failed;
    }

    private static void ReadBundle(ref NotebookJson json, StringBuilder text)
    {
        string? plain = null;
        string? markdown = null;
        while (json.NextMember(out var type))
        {
            if (type is not ("text/plain" or "text/markdown") || json.Token is not (JsonTokenType.String or JsonTokenType.StartArray))
            {
                json.Skip();
                continue;
            }
            var part = new StringBuilder();
            json.AppendText(part, NotebookReader.MaxOutput, $"An output's \"{type}\"");
            if (type == "text/plain") plain = part.ToString();
            else markdown = part.ToString();
        }
        // text/plain of a rich answer is only its Python representation: <IPython.core.display.Markdown object>.
        if ((markdown ?? plain) is { } kept) Add(text, kept);
    }

    private static void Append(ref NotebookJson json, StringBuilder text, string what)
    {
        var part = new StringBuilder();
        json.AppendText(part, NotebookReader.MaxOutput, what);
        Add(text, part.ToString());
    }

    private static void Add(StringBuilder text, string part)
    {
        if (part.Length > 0 && text.Length is > 0 and < NotebookReader.MaxOutput && text[^1] != '\n') text.Append('\n');
        text.Append(part.AsSpan(0, Math.Min(part.Length, NotebookReader.MaxOutput - text.Length)));
    }
}
