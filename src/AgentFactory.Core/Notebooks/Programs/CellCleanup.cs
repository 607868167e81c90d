namespace AgentFactory.Core.Notebooks.Programs;
internal static class CellCleanup
{
    public static string Clean(string text)
    {
        if (text.TrimStart().StartsWith("%%", StringComparison.Ordinal) && !text.TrimStart().StartsWith("%%time", StringComparison.Ordinal) && !text.TrimStart().StartsWith("%%capture", StringComparison.Ordinal)) return "";
        return string.Join('\n', text.Split('\n').Select(l => l.TrimStart() is ['%' or '!', ..] ? "" : l));
    }
}
