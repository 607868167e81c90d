using System.Text;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>A set of code points, written as a .NET expression that takes a surrogate pair for the one character it is.</summary>
internal sealed class EcmaClass
{
    private const int FirstSupplementary = 0x10000;
    private const int Last = 0x10ffff;

    public static readonly EcmaClass LineEnds = Of('\n', '\r', 0x2028, 0x2029);
    private static readonly EcmaClass Digits = Between(('0', '9'));
    private static readonly EcmaClass Words = Between(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));
    private static readonly EcmaClass Spaces = Between(
        ('\t', '\r'), (' ', ' '), (0xa0, 0xa0), (0x1680, 0x1680), (0x2000, 0x200a), (0x2028, 0x2029), (0x202f, 0x202f), (0x205f, 0x205f),
        (0x3000, 0x3000), (0xfeff, 0xfeff));

    private readonly List<(int Low, int High)> _ranges = [];
    private readonly StringBuilder _categories = new();

    public static EcmaClass Of(params ReadOnlySpan<int> runes)
    {
        var set = new EcmaClass();
        foreach (var rune in runes) set.Add(rune, rune);
        return set;
    }

    /// <summary>The set of <c>\d</c>, <c>\w</c> or <c>\s</c>, whichever case the letter has.</summary>
    public static EcmaClass Named(char letter) => char.ToLowerInvariant(letter) switch { 'd' => Digits, 'w' => Words, _ => Spaces };

    public void Add(int low, int high) => _ranges.Add((low, high));

    public void Add(EcmaClass other, bool negated) => _ranges.AddRange(negated ? Complement(Merged(other._ranges)) : other._ranges);

    public void AddCategory(string category) => _categories.Append(category);

    public string Write(bool negated)
    {
        var ranges = Merged(_ranges);
        var supplementary = Clip(negated ? Complement(ranges) : ranges, FirstSupplementary, Last);
        var basic = Clip(ranges, 0, 0xd7ff).Concat(Clip(ranges, 0xe000, 0xffff));
        var body = string.Concat(basic.Select(r => Range(r.Low, r.High))) + _categories;
        var single = negated ? $@"[^{body}\ud800-\udfff]" : body.Length > 0 ? $"[{body}]" : @"[^\s\S]";
        var pairs = string.Concat(supplementary.Select(r => Pairs(r.Low, r.High)));
        return pairs.Length == 0 ? single : $"(?:{single}{pairs})";
    }

    private static EcmaClass Between(params ReadOnlySpan<(int Low, int High)> ranges)
    {
        var set = new EcmaClass();
        foreach (var (low, high) in ranges) set.Add(low, high);
        return set;
    }

    private static List<(int Low, int High)> Merged(List<(int Low, int High)> ranges)
    {
        var merged = new List<(int Low, int High)>();
        foreach (var (low, high) in ranges.Order())
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1) merged[^1] = (merged[^1].Low, Math.Max(high, merged[^1].High));
            else merged.Add((low, high));
        }
        return merged;
    }

    private static List<(int Low, int High)> Complement(List<(int Low, int High)> merged)
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (low, high) in merged)
        {
            if (low > next) gaps.Add((next, low - 1));
            next = high + 1;
        }
        if (next <= Last) gaps.Add((next, Last));
        return gaps;
    }

    private static IEnumerable<(int Low, int High)> Clip(List<(int Low, int High)> ranges, int from, int to) => ranges
        .Select(r => (Low: Math.Max(r.Low, from), High: Math.Min(r.High, to)))
        .Where(r => r.Low <= r.High);

    private static string Range(int low, int high) => low == high ? $@"\u{low:x4}" : $@"\u{low:x4}-\u{high:x4}";

    /// <summary>The surrogate pairs of a range: the rest of the first block, whole blocks, the begin of the last block.</summary>
    private static string Pairs(int low, int high)
    {
        var (firstHigh, firstLow) = Split(low);
        var (lastHigh, lastLow) = Split(high);
        if (firstHigh == lastHigh) return $@"|\u{firstHigh:x4}[{Range(firstLow, lastLow)}]";
        var whole = lastHigh - firstHigh > 1 ? $@"|[{Range(firstHigh + 1, lastHigh - 1)}][\udc00-\udfff]" : "";
        return $@"|\u{firstHigh:x4}[{Range(firstLow, 0xdfff)}]{whole}|\u{lastHigh:x4}[{Range(0xdc00, lastLow)}]";
    }

    private static (int High, int Low) Split(int rune) =>
        (0xd800 + ((rune - FirstSupplementary) >> 10), 0xdc00 + ((rune - FirstSupplementary) & 0x3ff));
}
