using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace AgentFactory.Core.Notebooks.Files;

/// <summary>
/// Reads .ipynb files of format 4 in one pass over the bytes. Sources are kept, outputs only as text, images not at all, so the memory
/// used is that
/// of the text. Anything else is refused with what is wrong and where.
/// </summary>
internal static class NotebookReader
{
    public const int MaxBytes = 50 << 20;
    public const int MaxCells = 10_000;
    public const int MaxSource = 8 << 20;
    public const int MaxOutput = 16 << 10;
    private const int MaxDepth = 64;

    public static NotebookFile Read(ReadOnlySpan<byte> file)
    {
        var utf8 = Content(file);
        try
        {
            var json = new NotebookJson(utf8, MaxDepth);
            return ReadRoot(ref json);
        }
        catch (JsonException e)
        {
            var deep = e.Message.Contains("depth", StringComparison.OrdinalIgnoreCase);
            throw Refuse(deep
                ? $"The file nests deeper than {MaxDepth} levels at line {e.LineNumber + 1}, which no notebook needs"
                : $"The file is not valid JSON: it breaks at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", e);
        }
        catch (InvalidOperationException e) // a lone surrogate escape: valid JSON, but no text
        {
            throw Refuse("A string of the file holds half of a surrogate pair (\\ud800 to \\udfff)", e);
        }
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
            throw new AgentFactoryException(ErrorCodes.TooLarge,
                $"The notebook has {file.Length:N0} bytes; at most {MaxBytes:N0} are taken. Clear its outputs and save it again.");
        if (file.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw Refuse("The file is gzip-compressed. Unpack it first (gunzip) and send the .ipynb inside");
        if (file.StartsWith("PK\x03\x04"u8)) throw Refuse("The file is a zip archive. Unpack it first and send the .ipynb inside");
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw Refuse("The file is UTF-16. Save it as UTF-8");
        if (file.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) file = file[3..];
        if (file.Trim(" \t\r\n\0"u8).IsEmpty) throw Refuse("The file is empty");
        if (!Utf8.IsValid(file)) throw Refuse($"The file is not UTF-8 text: byte {InvalidAt(file):N0} cannot be decoded. Save it as UTF-8");
        return file;
    }

    private static NotebookFile ReadRoot(ref NotebookJson json)
    {
        json.Read();
        if (json.Token != JsonTokenType.StartObject) throw json.Wrong("The file's outermost value", "an object: this is not a notebook");
        (List<NotebookCell>? cells, int? format, string? language) = (null, null, null);
        while (json.NextMember(out var name))
        {
            json.Enter("." + name);
            if (name == "cells") cells = ReadCells(ref json);
            else if (name == "nbformat") format = json.TakeInteger();
            else if (name == "metadata") language = NotebookMetadata.ReadLanguage(ref json);
            else if (name == "worksheets") throw Old();
            else json.Skip();
            json.Leave();
        }
        if (json.Read()) throw json.Refuse("There is more after the notebook's end");
        return format switch
        {
            4 when cells is not null => new NotebookFile(language ?? "python", cells),
            4 => throw Refuse("The file says nbformat 4 and has no \"cells\": this is not a whole notebook. Save it again in Jupyter"),
            null => throw Refuse("The file is JSON and no notebook: it has no \"nbformat\" number. Send a .ipynb file"),
            < 4 => throw Old(),
            _ => throw Refuse($"The notebook has nbformat {format}; this release reads format 4. Save it as version 4 in Jupyter"),
        };
    }

    private static List<NotebookCell> ReadCells(ref NotebookJson json)
    {
        if (json.Token != JsonTokenType.StartArray) throw json.Wrong("\"cells\"", "a list");
        var cells = new List<NotebookCell>();
        while (json.Read() && json.Token != JsonTokenType.EndArray)
        {
            if (cells.Count == MaxCells) throw Refuse($"The notebook has more than {MaxCells:N0} cells. Split it into several notebooks");
            json.Enter($"[{cells.Count}]");
            cells.Add(ReadCell(ref json, cells.Count));
            json.Leave();
        }
        return cells;
    }

    private static NotebookCell ReadCell(ref NotebookJson json, int index)
    {
        if (json.Token != JsonTokenType.StartObject) throw json.Wrong($"Cell {index}", "an object");
        (string? type, string? source, string? language, CellOutputs outputs) = (null, null, null, default);
        while (json.NextMember(out var name))
        {
            json.Enter("." + name);
            if (name == "cell_type") type = json.Token == JsonTokenType.String ? json.GetString()
                : throw json.Wrong("A cell's \"cell_type\"", "a string");
            else if (name == "source") source = ReadSource(ref json, index);
            else if (name == "metadata") language = NotebookMetadata.ReadCellLanguage(ref json);
            else if (name == "outputs") outputs = CellOutputs.Read(ref json);
            else json.Skip();
            json.Leave();
        }
        if (type is null) throw json.Refuse($"Cell {index} has no \"cell_type\"");
        if (source is null) throw json.Refuse($"Cell {index} has no \"source\"");
        var kind = type switch { "code" => CellType.Code, "markdown" => CellType.Markdown, _ => CellType.Raw };
        return new NotebookCell(index, kind, source, language, outputs.Text, outputs.Failed);
    }

    private static string ReadSource(ref NotebookJson json, int index)
    {
        var text = new StringBuilder();
        if (!json.AppendText(text, MaxSource, "A cell's \"source\""))
            throw json.Refuse($"Cell {index} has more than {MaxSource:N0} characters");
        return text.Replace("\r\n", "\n").Replace('\r', '\n').ToString();
    }

    private static int InvalidAt(ReadOnlySpan<byte> file)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(file[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    private static AgentFactoryException Old() => Refuse(
        "The notebook has the old format nbformat 3. Convert it with `jupyter nbconvert --to notebook --nbformat 4 FILE`, or "
            + "open and save it in Jupyter");

    private static AgentFactoryException Refuse(string message, Exception? inner = null) =>
        new(ErrorCodes.NotebookInvalid, message + ".", inner: inner);
}
