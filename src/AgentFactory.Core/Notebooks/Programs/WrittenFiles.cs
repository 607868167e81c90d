using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>
/// Files that cells of the notebook write with <c>%%writefile</c>: Python in them is read as if it stood in the cell, so that importing
/// it gives what the notebook has under that name; other text is what reading the file gives.
/// </summary>
internal sealed class WrittenFiles
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> modules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> cells = new(StringComparer.Ordinal);

    /// <summary>Cells whose file the notebook reads again.</summary>
    public HashSet<int> Read { get; } = [];

    /// <param name="arguments">Of the magic: options and a path.</param>
    /// <returns>True when the file is Python.</returns>
    public bool Add(string arguments, string content, int cell)
    {
        var path = Normal(arguments.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault(w => !w.StartsWith('-')) ?? "");
        var isAppended = arguments.StartsWith("-a", StringComparison.Ordinal);
        texts[path] = isAppended && texts.TryGetValue(path, out var before) ? before + content : content;
        cells[path] = cell;
        if (!path.EndsWith(".py", StringComparison.Ordinal)) return false;
        var module = path[..^3].Replace('/', '.');
        modules.Add(module.EndsWith(".__init__", StringComparison.Ordinal) ? module[..^".__init__".Length] : module);
        return true;
    }

    /// <summary>A cell wrote the module: also <c>from .tools import x</c> inside a package, and a file in a folder that is on the path.</summary>
    public bool HasModule(string module)
    {
        var name = module.TrimStart('.');
        return name.Length > 0 && modules.Any(m => m == name || m.EndsWith("." + name, StringComparison.Ordinal));
    }

    /// <summary>The text of a file the notebook wrote; null when the path is not known or no cell wrote it.</summary>
    public TextValue? Text(Value? path) => path switch
    {
        TextValue { Known: { } known } => Text(Normal(known)),
        ResultValue { Call: { Path: "pathlib.Path" } made } => Text(made.Argument("path", 0)),
        _ => null,
    };

    private TextValue? Text(string path)
    {
        if (!texts.TryGetValue(path, out var text)) return null;
        Read.Add(cells[path]);
        return TextValue.Of(text);
    }

    private static string Normal(string path)
    {
        path = path.Trim('"', '\'');
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
