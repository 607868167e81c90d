namespace AgentFactory.Core;

/// <summary>"Did you mean": the known names that a wrong one was probably meant to be.</summary>
internal static class NearMatches
{
    private const int Longest = 80;

    /// <summary><c> Did you mean 'x' or 'y'?</c>, with its leading space; empty when nothing is near.</summary>
    public static string Hint(string wrong, IEnumerable<string> known)
    {
        var near = Of(wrong, known);
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?";
    }

    /// <summary>At most three names within a third of the letters, the nearest first.</summary>
    public static IReadOnlyList<string> Of(string wrong, IEnumerable<string> known)
    {
        if (wrong.Length is 0 or > Longest) return [];
        var most = Math.Max(1, wrong.Length / 3);
        return
        [
            .. known.Where(name => name.Length <= Longest && Math.Abs(name.Length - wrong.Length) <= most)
                .Select(name => (Name: name, Distance: Distance(Fold(wrong), Fold(name))))
                .Where(n => n.Distance <= most)
                .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal)
                .Take(3).Select(n => n.Name),
        ];
    }

    /// <summary>Case and the choice between hyphen and underscore are what people get wrong first.</summary>
    private static string Fold(string name) => name.ToLowerInvariant().Replace('_', '-');

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
