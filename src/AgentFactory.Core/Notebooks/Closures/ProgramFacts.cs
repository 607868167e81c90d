using System.Text.RegularExpressions;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>What a whole program needs from its surroundings, read off its syntax.</summary>
internal sealed partial class ProgramFacts
{
    private readonly SortedSet<string> requirements = new(StringComparer.Ordinal);
    private readonly SortedSet<string> secrets = new(StringComparer.Ordinal);
    private readonly SortedSet<string> needs = new(StringComparer.Ordinal);
    private readonly SortedSet<string> local = new(StringComparer.Ordinal);

    public ProgramFacts(Module program)
    {
        foreach (var node in program.Descendants())
        {
            switch (node)
            {
                case Import import:
                    foreach (var alias in import.Names) AddImport(alias.Name);
                    break;
                case ImportFrom from:
                    var module = new string('.', from.Level) + from.Module;
                    foreach (var alias in from.Names) AddImport($"{module}.{alias.Name}");
                    break;
                case Call call:
                    AddCall(call);
                    break;
                case Subscript
                {
                    Value: Python.Attribute { Attr: "environ" }, Slice: Constant { Value: string name },
                    Ctx: ExpressionContext.Load
                }:
                    AddSecret(name);
                    break;
            }
        }
    }

    public IReadOnlyList<string> Requirements => [.. requirements];
    public IReadOnlyList<string> Secrets => [.. secrets];
    public IReadOnlyList<string> Needs => [.. needs];
    public IReadOnlyList<string> Local => [.. local];

    private void AddImport(string path)
    {
        var module = path.Split('.')[0];
        if (Distributions.IsLocal(path)) local.Add(path.StartsWith('.') ? path : module);
        if (Distributions.Of(path) is { } distribution)
        {
            requirements.Add(distribution);
            if (!Offline.IsMatch(distribution)) needs.Add("network");
            if (ClientKeys.Find(module) is { } key) secrets.Add(key);
        }
        if (path is "socket" or "socket.socket" || path.StartsWith("urllib.request", StringComparison.Ordinal)
            || path.StartsWith("http.client", StringComparison.Ordinal)
            || module is "smtplib" or "ftplib" or "imaplib" or "poplib" or "xmlrpc") needs.Add("network");
        if (module is "subprocess" or "multiprocessing" or "pty") needs.Add("processes");
        if (module is "shutil" or "sqlite3" or "tempfile" or "shelve" or "dbm"
            || path.StartsWith("pathlib.", StringComparison.Ordinal)) needs.Add("files");
    }

    private void AddCall(Call call)
    {
        switch (call.Func)
        {
            case Name { Id: "open" }:
                needs.Add("files");
                break;
            case Name { Id: "eval" or "exec" or "compile" }:
                needs.Add("code");
                break;
            case Name { Id: "input" }:
                needs.Add("input");
                break;
            case Name { Id: "getenv" } when call.Args is [Constant { Value: string name }, ..]:
                AddSecret(name);
                break;
            case Python.Attribute method:
                AddMethod(method, call);
                break;
        }
    }

    private void AddMethod(Python.Attribute method, Call call)
    {
        var first = call.Args is [Constant { Value: string text }, ..] ? text : null;
        var owner = method.Value switch { Name name => name.Id, Python.Attribute inner => inner.Attr, _ => "" };
        if (first is not null && (method.Attr == "getenv"
            || (owner, method.Attr) is ("environ", "get") or ("userdata", "get"))) AddSecret(first);
        if (FileMethods.Contains(method.Attr)) needs.Add("files");
        if ((owner, method.Attr) is ("os", "system") or ("os", "popen")) needs.Add("processes");
    }

    private static readonly HashSet<string> FileMethods = new(StringComparer.Ordinal)
    {
        "write_text", "read_text", "write_bytes", "read_bytes", "mkdir", "unlink", "makedirs", "listdir", "read_csv", "to_csv",
        "read_excel", "read_json", "savefig",
    };

    private void AddSecret(string name)
    {
        if (VariableName().IsMatch(name)) secrets.Add(name);
    }

    /// <summary>Distributions that compute and never call out.</summary>
    private static readonly Regex Offline = OfflineDistribution();

    [GeneratedRegex("^(pydantic|numpy|pandas|scipy|scikit-learn|sympy|matplotlib|seaborn|plotly|pillow|pyyaml|python-dateutil|pytz|tabulate"
        + "|rich|tqdm|markdown|jinja2|beautifulsoup4|lxml|regex|networkx|statsmodels|openpyxl|python-docx|pypdf|pypdf2|pymupdf"
        + "|python-dotenv|typing-extensions|attrs|jsonschema|orjson|nltk|unidecode|tiktoken|ipython|pymarkdownlnt|num2words|pint|shapely"
        + "|cachetools|more-itertools)$", RegexOptions.CultureInvariant)]
    private static partial Regex OfflineDistribution();

    [GeneratedRegex("^[A-Z][A-Z0-9_]{0,127}$", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
