using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Notebooks.Python.Tokens;

/// <summary>Which characters make a name: XID_Start and XID_Continue of Unicode's annex 31, from the categories .NET knows.</summary>
internal static class Identifiers
{
    /// <summary>The offset after the name that starts at <paramref name="start"/>; the same offset when none does.</summary>
    public static int End(string text, int start)
    {
        var at = start;
        while (at < text.Length)
        {
            var c = text[at];
            if (c < 128)
            {
                if (!(char.IsAsciiLetter(c) || c == '_' || (char.IsAsciiDigit(c) && at > start)))
                {
                    return at;
                }

                at++;
                continue;
            }

            if (!Rune.TryGetRuneAt(text, at, out var rune) || !(at == start ? IsStart(rune) : IsContinue(rune)))
            {
                return at;
            }

            at += rune.Utf16SequenceLength;
        }

        return at;
    }

    public static bool IsStart(Rune rune) => rune.Value switch
    {
        '_' => true,
        0x2118 or 0x212E or (>= 0x1885 and <= 0x1886) => true, // Other_ID_Start
        _ when IsNotStable(rune.Value) => false,
        0x0E33 or 0x0EB3 or (>= 0xFF9E and <= 0xFF9F) => false, // they continue a name, but normalise to a mark first
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.LetterNumber,
    };

    public static bool IsContinue(Rune rune) => rune.Value switch
    {
        0x0E33 or 0x0EB3 or (>= 0xFF9E and <= 0xFF9F) => true,
        0x00B7 or 0x0387 or (>= 0x1369 and <= 0x1371) or 0x19DA or 0x200C or 0x200D or 0x30FB or 0xFF65 => true, // Other_ID_Continue
        _ when IsNotStable(rune.Value) => false,
        _ => IsStart(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation,
    };

    /// <summary>Letters that are no letters any more after normalisation, and the one letter that is pattern syntax.</summary>
    private static bool IsNotStable(int value) =>
        value is 0x037A or 0x2E2F or (>= 0x309B and <= 0x309C) or (>= 0xFC5E and <= 0xFC63) or (>= 0xFDFA and <= 0xFDFB)
            or 0xFE70 or 0xFE72 or 0xFE74 or 0xFE76 or 0xFE78 or 0xFE7A or 0xFE7C or 0xFE7E;
}
