using System.Text.RegularExpressions;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>What a notebook reads: files, folders, addresses, data sets and vector stores, by the functions that read them.</summary>
internal static partial class KnowledgeSources
{
    private const int MaxSources = 200;
    private const int MaxSource = 500;

    /// <summary>Functions and classes by the last part of their path, the argument that names the source, and its kind.</summary>
    private static readonly Dictionary<string, (string Argument, int Position, string Kind)> Readers = new(StringComparer.Ordinal)
    {
        ["open"] = ("file", 0, "file"),
        ["read_csv"] = ("filepath_or_buffer", 0, "file"),
        ["read_excel"] = ("io", 0, "file"),
        ["read_json"] = ("path_or_buf", 0, "file"),
        ["read_parquet"] = ("path", 0, "file"),
        ["PdfReader"] = ("stream", 0, "file"),
        ["PyPDFLoader"] = ("file_path", 0, "file"),
        ["TextLoader"] = ("file_path", 0, "file"),
        ["CSVLoader"] = ("file_path", 0, "file"),
        ["UnstructuredFileLoader"] = ("file_path", 0, "file"),
        ["Docx2txtLoader"] = ("file_path", 0, "file"),
        ["JSONLoader"] = ("file_path", 0, "file"),
        ["UnstructuredMarkdownLoader"] = ("file_path", 0, "file"),
        ["SimpleDirectoryReader"] = ("input_dir", 0, "folder"),
        ["DirectoryLoader"] = ("path", 0, "folder"),
        ["PyPDFDirectoryLoader"] = ("path", 0, "folder"),
        ["listdir"] = ("path", 0, "folder"),
        ["WebBaseLoader"] = ("web_path", 0, "url"),
        ["SimpleWebPageReader"] = ("urls", 0, "url"),
        ["load_dataset"] = ("path", 0, "dataset"),
        ["get_collection"] = ("name", 0, "vector-store"),
        ["get_or_create_collection"] = ("name", 0, "vector-store"),
        ["create_collection"] = ("name", 0, "vector-store"),
        ["Index"] = ("name", 0, "vector-store"),
        ["TextFileKnowledgeSource"] = ("file_paths", 0, "file"),
        ["PDFKnowledgeSource"] = ("file_paths", 0, "file"),
        ["CSVKnowledgeSource"] = ("file_paths", 0, "file"),
        ["JSONKnowledgeSource"] = ("file_paths", 0, "file"),
        ["glob"] = ("pathname", 0, "folder"),
        ["QueryAgent"] = ("collections", 1, "vector-store"),
        ["FileSearchTool"] = ("vector_store_ids", -1, "vector-store"),
    };

    public static IReadOnlyList<KnowledgeSource> Of(NotebookProgram program) =>
        [.. program.Calls.SelectMany(Read).DistinctBy(k => (k.Kind, k.Source)).OrderBy(k => k.Origin)
            .ThenBy(k => k.Source, StringComparer.Ordinal).Take(MaxSources)];

    private static IEnumerable<KnowledgeSource> Read(ExternalCall call)
    {
        if (call.Path.Contains(".collections.", StringComparison.Ordinal) && call.Member is "get" or "use" or "create")
            return Sources(call.Argument("name", 0), "vector-store", call);
        // A document that is fetched; an address that is asked for answers belongs to a tool.
        if (call.Path is "requests.get" or "httpx.get" or "urllib.request.urlretrieve" or "urllib.request.urlopen")
            return Sources(call.Argument("url", 0), "url", call).Where(s => Document().IsMatch(s.Source));
        if (!Readers.TryGetValue(call.Member, out var reader) || IsWrite(call)) return [];
        return Sources(call.Argument(reader.Argument, reader.Position), reader.Kind, call);
    }

    private static bool IsWrite(ExternalCall call) =>
        call.Member == "open" && (call.Argument("mode", 1) as TextValue)?.Known is { } mode && mode.AsSpan().IndexOfAny("wax") >= 0;

    private static IEnumerable<KnowledgeSource> Sources(Value? value, string kind, ExternalCall call) => value switch
    {
        TextValue { KnownLength: > 0 } text when text.ToString() is { Length: <= MaxSource } source =>
            [new KnowledgeSource(Kind(source, kind), source, call.Origin)],
        SequenceValue list => list.Items.SelectMany(i => Sources(i, kind, call)),
        ResultValue { Call: { Member: "Path" or "join" } path } => path.Positional.OfType<TextValue>().Where(t => t.KnownLength > 0)
            .TakeLast(1)
            .Select(t => new KnowledgeSource(kind, t.ToString(), call.Origin)),
        _ => [],
    };

    private static string Kind(string source, string kind) => source.StartsWith("http", StringComparison.Ordinal) ? "url" : kind;

    [GeneratedRegex(@"\.(pdf|txt|md|mdx|html?|csv|json|docx|xml|zip|parquet)(\?|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Document();
}
