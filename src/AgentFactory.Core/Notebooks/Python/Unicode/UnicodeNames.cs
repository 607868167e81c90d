using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Notebooks.Python.Unicode;

/// <summary>Finds the character that <c>\N{NAME}</c> means.</summary>
internal static class UnicodeNames
{
    private const string Syllable = "HANGUL SYLLABLE ";
    private const int LongestName = 128;

    /// <summary>The lines "NAME, tab, code" as they are in the table, sorted, to be searched without a copy of each.</summary>
    private static readonly Lazy<byte[]> Names = new(static () => UnicodeTable.Read("names"));
    private static readonly Lazy<(string Prefix, int First, int Last)[]> Ranges = new(ReadRanges);

    private static readonly string[] Initials =
    [
        "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H",
    ];

    private static readonly string[] Vowels =
    [
        "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU", "YI", "I",
    ];

    private static readonly string[] Finals =
    [
        "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S", "SS", "NG", "J",
        "C", "K", "T", "P", "H",
    ];

    /// <summary>The character as text, or null when no character has that name. Case does not matter.</summary>
    public static string? Find(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > LongestName || !Ascii.IsValid(name))
        {
            return null;
        }

        Span<char> upper = stackalloc char[name.Length];
        name.ToUpperInvariant(upper);
        var code = InTable(upper) ?? InRange(upper) ?? AmongSyllables(upper);
        return code is { } found ? char.ConvertFromUtf32(found) : null;
    }

    private static int? InTable(ReadOnlySpan<char> name)
    {
        Span<byte> wanted = stackalloc byte[name.Length];
        Encoding.ASCII.GetBytes(name, wanted);
        ReadOnlySpan<byte> table = Names.Value;
        var (low, high) = (0, table.Length);
        while (low < high)
        {
            var line = table[..((low + high) / 2)].LastIndexOf((byte)'\n') + 1;
            var tab = line + table[line..].IndexOf((byte)'\t');
            var end = tab + table[tab..].IndexOf((byte)'\n');
            switch (table[line..tab].SequenceCompareTo(wanted))
            {
                case 0:
                    return Utf8Parser.TryParse(table[(tab + 1)..end], out int code, out _, 'x') ? code : null;
                case < 0:
                    low = end + 1;
                    break;
                default:
                    high = line;
                    break;
            }
        }

        return null;
    }

    private static int? InRange(ReadOnlySpan<char> name)
    {
        foreach (var (prefix, first, last) in Ranges.Value)
        {
            var digits = name.StartsWith(prefix) ? name[prefix.Length..] : default;
            if (digits.Length is 4 or 5
                && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && code >= first && code <= last)
            {
                return code;
            }
        }

        return null;
    }

    private static int? AmongSyllables(ReadOnlySpan<char> name)
    {
        if (!name.StartsWith(Syllable))
        {
            return null;
        }

        var rest = name[Syllable.Length..];
        var initial = LongestPrefix(rest, Initials);
        rest = rest[Initials[initial].Length..];
        var vowel = LongestPrefix(rest, Vowels);
        if (vowel < 0)
        {
            return null;
        }

        var final = Array.IndexOf(Finals, rest[Vowels[vowel].Length..].ToString());
        return final < 0 ? null : 0xAC00 + (((initial * Vowels.Length) + vowel) * Finals.Length) + final;
    }

    private static int LongestPrefix(ReadOnlySpan<char> text, string[] candidates)
    {
        var best = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            if (text.StartsWith(candidates[i]) && (best < 0 || candidates[i].Length > candidates[best].Length))
            {
                best = i;
            }
        }

        return best;
    }

    private static (string Prefix, int First, int Last)[] ReadRanges() =>
    [
        .. UnicodeTable.ReadLines("ranges").Select(static line => line.Split('\t'))
            .Select(static parts => (parts[0], Code(parts[1]), Code(parts[2]))),
    ];

    private static int Code(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
