using System.Text.RegularExpressions;

namespace AgentFactory.Core.Models.Offline;

/// <summary>What an argument's name and description say about the shape of its value.</summary>
internal static partial class OfflineShapes
{
    private static readonly string[] Arithmetic =
        ["expression", "formula", "equation", "arithmetic", "calculation", "mathematical", "math"];

    /// <summary>The plain words of a name: <c>from_currency</c> and <c>fromCurrency</c> are both from, currency.</summary>
    public static List<string> Words(string name) => [.. Word().Matches(name).Select(m => m.Value.ToLowerInvariant())];

    public static FindKind? Of(string name)
    {
        foreach (var word in Words(name))
        {
            if (word is "url" or "uri" or "link" or "website") return FindKind.Url;
            if (word is "email" or "mail") return FindKind.Email;
            if (word is "date" or "day" or "datetime") return FindKind.Date;
        }
        return null;
    }

    public static bool TakesArithmetic(string name, string description) =>
        Words(name).Concat(Words(description)).Any(w => Arithmetic.Contains(w));

    [GeneratedRegex(@"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\d+")]
    private static partial Regex Word();
}
