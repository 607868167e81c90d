using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Notebooks.Python.Unicode;

/// <summary>
/// Unicode's normalisation form KC (annex 15), by which Python compares names. The base library's own does nothing without ICU, which the
/// product runs without.
/// </summary>
internal static class Nfkc
{
    private const int SyllableBase = 0xAC00;
    private const int InitialBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int FinalBase = 0x11A7;
    private const int VowelCount = 21;
    private const int FinalCount = 28;
    private const int SyllableCount = 19 * VowelCount * FinalCount;

    private static readonly Lazy<Tables> Data = new(Read);

    public static string Normalize(string text)
    {
        var codes = Decompose(text);
        Reorder(codes);
        var result = new StringBuilder(text.Length);
        foreach (var code in Compose(codes))
        {
            // An identifier holds whole characters only; a surrogate never comes this far.
            result.Append(new Rune(code).ToString());
        }

        return result.ToString();
    }

    private static List<int> Decompose(string text)
    {
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var syllable = rune.Value - SyllableBase;
            if (syllable is >= 0 and < SyllableCount)
            {
                codes.Add(InitialBase + (syllable / (VowelCount * FinalCount)));
                codes.Add(VowelBase + (syllable % (VowelCount * FinalCount) / FinalCount));
                if (syllable % FinalCount > 0)
                {
                    codes.Add(FinalBase + (syllable % FinalCount));
                }
            }
            else if (Data.Value.Decompositions.TryGetValue(rune.Value, out var parts))
            {
                codes.AddRange(parts);
            }
            else
            {
                codes.Add(rune.Value);
            }
        }

        return codes;
    }

    /// <summary>Brings each run of combining marks into the order of their classes, equal classes as they stood.</summary>
    private static void Reorder(List<int> codes)
    {
        var at = 0;
        while (at < codes.Count)
        {
            var end = at;
            while (end < codes.Count && Class(codes[end]) > 0)
            {
                end++;
            }

            if (end - at > 1)
            {
                var sorted = codes.GetRange(at, end - at).OrderBy(Class).ToList();
                codes.RemoveRange(at, end - at);
                codes.InsertRange(at, sorted);
            }

            at = end + 1;
        }
    }

    private static List<int> Compose(List<int> codes)
    {
        var result = new List<int>(codes.Count);
        var starter = -1;
        foreach (var code in codes)
        {
            var order = Class(code);
            var isBlocked = starter < 0 || (result.Count - 1 > starter && Class(result[^1]) >= order);
            if (!isBlocked && Pair(result[starter], code) is { } whole)
            {
                result[starter] = whole;
                continue;
            }

            if (order == 0)
            {
                starter = result.Count;
            }

            result.Add(code);
        }

        return result;
    }

    private static int? Pair(int first, int second)
    {
        var (initial, vowel, final) = (first - InitialBase, second - VowelBase, second - FinalBase);
        if (initial is >= 0 and < 19 && vowel is >= 0 and < VowelCount)
        {
            return SyllableBase + (((initial * VowelCount) + vowel) * FinalCount);
        }

        var syllable = first - SyllableBase;
        return syllable is >= 0 and < SyllableCount && syllable % FinalCount == 0 && final is > 0 and < FinalCount
            ? first + final
            : Data.Value.Compositions.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private static int Class(int code) => Data.Value.Classes.GetValueOrDefault(code);

    private static Tables Read()
    {
        var tables = new Tables([], [], []);
        foreach (var line in UnicodeTable.ReadLines("normalisation"))
        {
            var parts = line.Split(' ');
            switch (parts[0])
            {
                case "D":
                    tables.Decompositions[Code(parts[1])] = [.. parts.Skip(2).Select(Code)];
                    break;
                case "O":
                    tables.Classes[Code(parts[1])] = int.Parse(parts[2], CultureInfo.InvariantCulture);
                    break;
                default:
                    tables.Compositions[(Code(parts[1]), Code(parts[2]))] = Code(parts[3]);
                    break;
            }
        }

        return tables;
    }

    private static int Code(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record Tables(
        Dictionary<int, int[]> Decompositions, Dictionary<int, int> Classes, Dictionary<(int First, int Second), int> Compositions);
}
