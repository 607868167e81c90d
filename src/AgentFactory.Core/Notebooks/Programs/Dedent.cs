namespace AgentFactory.Core.Notebooks.Programs;

/// <summary><c>textwrap.dedent</c> and <c>inspect.cleandoc</c>.</summary>
internal static class Dedent
{
    /// <summary>Without the white space that begins every line that has more than that.</summary>
    public static string Of(string text)
    {
        var lines = text.Split('\n');
        string? margin = null;
        foreach (var line in lines.Where(l => l.AsSpan().Trim(" \t").Length > 0)) margin = Common(margin, line);
        var cut = margin?.Length ?? 0;
        return string.Join('\n', lines.Select(l => l.AsSpan().Trim(" \t").Length == 0 ? "" : l[cut..]));
    }

    /// <summary>
    /// As docstrings are shown: the first line on its own, the others without their common indentation, no empty lines around.
    /// </summary>
    public static string Clean(string text)
    {
        var lines = text.Replace("\t", "        ", StringComparison.Ordinal).Split('\n');
        var margin = lines.Skip(1).Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
        var cleaned = lines.Select((l, i) => i == 0 ? l.Trim() : l.Length >= margin ? l[margin..].TrimEnd() : "");
        return string.Join('\n', cleaned).Trim('\n');
    }

    private static string Common(string? margin, string line)
    {
        var indent = line[..(line.Length - line.TrimStart(' ', '\t').Length)];
        if (margin is null) return indent;
        var length = 0;
        while (length < Math.Min(margin.Length, indent.Length) && margin[length] == indent[length]) length++;
        return margin[..length];
    }
}
