using System.Text.RegularExpressions;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>Compares what a page shows with what was printed. Ids, times and prices differ: the page writes <c>…</c> for them.</summary>
internal static class DocOutput
{
    /// <param name="shown"><c>…</c> stands for anything in its line, and alone in a line for any number of lines.</param>
    public static bool Matches(string shown, string printed)
    {
        var lines = Clean(shown).Select(line => line.Trim() == "…"
            ? @"(?:[^\n]*\n)*?"
            : string.Join(@"[^\n]*", line.Split('…').Select(Regex.Escape)) + "\n");
        var whole = string.Concat(Clean(printed).Select(line => line + "\n"));
        return Regex.IsMatch(whole, $@"\A{string.Concat(lines)}\z", RegexOptions.CultureInvariant);
    }

    private static IEnumerable<string> Clean(string text) => text.Trim('\n').Split('\n').Select(line => line.TrimEnd());
}
