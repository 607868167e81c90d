using System.Text.RegularExpressions;

namespace AgentFactory.Core.Models.Offline;

/// <summary>What remains of a request without the words that ask: of "search for rock and roll" it is "rock and roll".</summary>
internal sealed partial class OfflineRest(OfflineText text, List<string> toolWords)
{
    private static readonly string[] Prepositions =
        ["for", "about", "of", "on", "in", "at", "to", "from", "with", "near", "regarding", "named", "called", "that"];

    /// <summary>The rest without what other arguments took at its end; null when nothing is left.</summary>
    public string? Without(HashSet<Find> used)
    {
        var places = text.Places().ToList();
        if (places.Count == 0) return null;
        var asked = places.FindIndex(p => OfflineWords.Of(p.Word).Exists(w => toolWords.Exists(t => OfflineWords.Likeness(t, w) > 0)));
        var preposition = places.FindIndex(Math.Max(asked, 0), p => Prepositions.Contains(p.Word.ToLowerInvariant()));
        var end = places[0].Start + text.Text.Length;
        var colon = text.Text.IndexOf(": ", StringComparison.Ordinal);
        int?[] starts =
        [
            colon >= 0 ? Start + colon + 1 : null,
            preposition >= 0 ? places[preposition].End : null,
            asked >= 0 ? places[asked].End : null,
            Start,
        ];
        return starts.OfType<int>().Select(start => Cut(start, used)).FirstOrDefault(rest => rest.Any(char.IsLetterOrDigit));
    }

    /// <summary>The items of a list in words.</summary>
    public static string[] Split(string list) => Comma().Split(list).Select(Trim).Where(item => item.Length > 0).ToArray();

    private int Start => text.Start;

    private string Cut(int start, HashSet<Find> used)
    {
        var rest = Trim(text.Between(start, text.Start + text.Text.Length));
        foreach (var find in used.OrderByDescending(f => f.Start))
        {
            var said = text.Between(find.Start, find.End);
            if (find.Start < start || !rest.EndsWith(said, StringComparison.Ordinal)) continue;
            rest = Trim(Hanging().Replace(rest[..^said.Length], ""));
        }
        return rest;
    }

    private static string Trim(string rest) =>
        Politeness().Replace(rest.Trim().TrimEnd('.', '?', '!', ',', ';', ':').TrimStart(':', ',').Trim(), "").Trim();

    [GeneratedRegex(@"^(?:(?:the|a|an|me|us|please)\s+)+|[\s,]*\b(?:please|for me|thanks|thank you)[.!?]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Politeness();

    [GeneratedRegex(@"[\s,]*\b(?:for|about|of|on|in|at|to|into|from|with|near|and)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Hanging();

    [GeneratedRegex(@",\s*(?:and\s+)?|\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Comma();
}
