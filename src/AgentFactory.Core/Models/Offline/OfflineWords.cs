using System.Text.RegularExpressions;

namespace AgentFactory.Core.Models.Offline;

/// <summary>Words as the offline model compares them: split at case and underscore, in lower case, cut to a stem, no common ones.</summary>
internal static partial class OfflineWords
{
    private static readonly HashSet<string> Common =
    [
        .. ("a about all am an and any are as at be been but by can could did do does for from get give given go had has have hello help "
            + "her hey hi him his how i if in into is it its just kind let like make many may me more much must my need no not now of on "
            + "one or our out please return returns say shall she should show so some tell than that the their them then there these they "
            + "this to too up us use used user using want was we were what when where which who whom whose why will with would you your "
            + "yours arg args argument conversation agent function hand int json list none over parameter param result str string tool "
            + "transfer value").Split(' '),
    ];

    /// <summary>Signs that people write where tools are named with words.</summary>
    private static readonly Dictionary<char, string> Signs = new()
    {
        ['+'] = "add plus sum",
        ['-'] = "subtract minus difference",
        ['*'] = "multiply product",
        ['×'] = "multiply product",
        ['/'] = "divide quotient",
        ['÷'] = "divide quotient",
        ['^'] = "power",
        ['%'] = "percent percentage",
    };

    private static readonly Dictionary<string, string> Same = new()
    {
        ["plus"] = "add",
        ["sum"] = "add",
        ["minus"] = "subtract",
        ["product"] = "multiply",
        ["divided"] = "divide",
    };

    /// <summary>The telling words of <paramref name="text"/>, each once, in order.</summary>
    public static List<string> Of(string text) => [.. All(text).Where(w => !Common.Contains(w)).SelectMany(Meanings).Distinct()];

    /// <summary>The words of an arithmetic sign between two numbers.</summary>
    public static IEnumerable<string> OfSign(char sign) => Signs.TryGetValue(sign, out var words) ? words.Split(' ').Select(Stem) : [];

    public static bool IsCommon(string word) => Common.Contains(word.ToLowerInvariant());

    /// <summary>1 for the same word, less for two of one family (calculate and calculator), 0 for strangers.</summary>
    public static double Likeness(string a, string b)
    {
        if (a == b) return 1;
        var shared = 0;
        while (shared < a.Length && shared < b.Length && a[shared] == b[shared]) shared++;
        return shared >= 4 && shared >= 0.6 * Math.Max(a.Length, b.Length) ? 0.7 : 0;
    }

    private static IEnumerable<string> All(string text) => Word().Matches(text).Select(m => m.Value.ToLowerInvariant());

    private static IEnumerable<string> Meanings(string word) =>
        Same.TryGetValue(word, out var same) ? [Stem(word), Stem(same)] : [Stem(word)];

    private static string Stem(string word) => word switch
    {
        { Length: > 5 } when word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        { Length: > 6 } when word.EndsWith("ing", StringComparison.Ordinal) => word[..^3],
        { Length: > 5 } when word.EndsWith("ed", StringComparison.Ordinal) => word[..^2],
        { Length: > 3 } when word[^1] == 's' && word[^2] is not ('s' or 'u') => word[..^1],
        _ => word,
    };

    [GeneratedRegex(@"\p{Lu}?\p{Ll}+|\p{Lu}+(?!\p{Ll})|\p{Lo}+|\d+")]
    private static partial Regex Word();
}
