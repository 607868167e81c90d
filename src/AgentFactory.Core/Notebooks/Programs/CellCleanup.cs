namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>
/// A cell without IPython's own lines: magics and shell commands become empty lines, so that every line keeps its number.
/// </summary>
internal static class CellCleanup
{
    private static readonly string[] PythonCells = ["%%time", "%%timeit", "%%capture", "%%prun"];

    public static string Clean(string source)
    {
        var first = source.TrimStart();
        if (first.StartsWith("%%", StringComparison.Ordinal) && !Array
            .Exists(PythonCells, m => first.StartsWith(m, StringComparison.Ordinal))) return "";
        return string.Join('\n', source.Split('\n')
            .Select(line => line.TrimStart() is ['%' or '!' or '?', ..] || line.TrimEnd().EndsWith('?') ? "" : line));
    }
}
