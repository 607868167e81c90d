using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Notebooks;

/// <summary>Names as definitions take them, made from whatever a notebook calls things.</summary>
internal static class Slugs
{
    private const int MaxAgentName = 63;
    private const int MaxToolName = 64;

    /// <summary>
    /// Lower-case letters, digits and hyphens, for agents; <paramref name="fallback"/> when nothing of <paramref name="text"/> is left.
    /// </summary>
    public static string Of(string text, string fallback) => Make(text, '-', MaxAgentName, lower: true) is { Length: > 0 } slug ? slug
        : fallback;

    /// <summary>Letters, digits and underscores, for tools; a name that is valid stays as it is.</summary>
    public static string OfTool(string text, string fallback)
    {
        if (text.Length is > 0 and <= MaxToolName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')) return text;
        return Make(text, '_', MaxToolName, lower: true) is { Length: > 0 } name ? name : fallback;
    }

    /// <summary><paramref name="name"/>, with a number behind it when it is taken.</summary>
    public static string Unique(string name, HashSet<string> taken, char separator, int max)
    {
        var candidate = name;
        for (var n = 2; !taken.Add(candidate); n++)
        {
            var ending = string.Create(CultureInfo.InvariantCulture, $"{separator}{n}");
            candidate = name[..Math.Min(name.Length, max - ending.Length)] + ending;
        }
        return candidate;
    }

    public static string UniqueAgent(string name, HashSet<string> taken) => Unique(name, taken, '-', MaxAgentName);

    public static string UniqueTool(string name, HashSet<string> taken) => Unique(name, taken, '_', MaxToolName);

    private static string Make(string text, char separator, int max, bool lower)
    {
        var slug = new StringBuilder();
        foreach (var c in Plain(text))
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(lower ? char.ToLowerInvariant(c) : c);
            else if (slug.Length > 0 && slug[^1] != separator) slug.Append(separator);
            if (slug.Length == max) break;
        }
        return slug.ToString().Trim(separator);
    }

    /// <summary>Letters without their accents, as far as Latin letters go.</summary>
    private static IEnumerable<char> Plain(string text) =>
        text.Select(c => c switch
        {
            >= 'À' and <= 'Å' or >= 'à' and <= 'å' => 'a',
            >= 'È' and <= 'Ë' or >= 'è' and <= 'ë' => 'e',
            >= 'Ì' and <= 'Ï' or >= 'ì' and <= 'ï' => 'i',
            >= 'Ò' and <= 'Ö' or >= 'ò' and <= 'ö' or 'Ø' or 'ø' => 'o',
            >= 'Ù' and <= 'Ü' or >= 'ù' and <= 'ü' => 'u',
            'Ç' or 'ç' => 'c',
            'Ñ' or 'ñ' => 'n',
            _ => c,
        });
}
