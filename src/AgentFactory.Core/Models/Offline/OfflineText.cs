using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentFactory.Core.Models.Offline;

internal enum FindKind
{
    Quote,
    Url,
    Email,
    Date,
    Id,
    Number,
    Name,
}

/// <summary>Something in a message that can be an argument.</summary>
internal sealed record Find(FindKind Kind, string Text, int Start, int End)
{
    /// <summary>True for what only a name, a quote or a code can be; a bare number can be anything.</summary>
    public bool IsText => Kind is FindKind.Quote or FindKind.Id or FindKind.Name;

    public decimal Number => decimal.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);
}

/// <summary>A message, or a part of one, with what stands out in it: quotes, addresses, dates, numbers, codes and names.</summary>
internal sealed partial class OfflineText
{
    /// <summary>What comes later in a longer message is not looked at: nobody gives a demonstration that much.</summary>
    private const int MostCharacters = 4_000;

    private static readonly string[] NumberWords =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private static readonly (FindKind Kind, Regex Pattern)[] Patterns =
    [
        (FindKind.Quote, Quoted()), (FindKind.Url, Url()), (FindKind.Email, Email()), (FindKind.Date, Date()), (FindKind.Id, Id()),
        (FindKind.Number, Digits()), (FindKind.Name, Name()), (FindKind.Number, Spelled()),
    ];

    private readonly string _whole;
    private readonly string _joint = "";
    private readonly int _start;
    private readonly int _end;
    private List<string>? _words;
    private string? _expression;

    public OfflineText(string text)
    {
        _whole = text.Length > MostCharacters ? text[..MostCharacters] : text;
        _end = _whole.Length;
        Finds = FindAll(_whole);
    }

    private OfflineText(string whole, string joint, int start, int end, IEnumerable<Find> finds)
    {
        (_whole, _joint, _start, _end) = (whole, joint, start, end);
        Finds = [.. finds.Where(f => f.Start >= start && f.End <= end)];
    }

    public IReadOnlyList<Find> Finds { get; }
    public string Text => _whole[_start.._end];

    /// <summary>The telling words, and those of the arithmetic in it.</summary>
    public IReadOnlyList<string> Words => _words ??= [.. OfflineWords.Of(Signed).Union((Expression ?? "").SelectMany(OfflineWords.OfSign))];

    /// <summary>The arithmetic in signs: 12 times 7 is <c>12 * 7</c>, 15% of 80 is <c>15 / 100 * 80</c>. Null without any.</summary>
    public string? Expression => (_expression ??= Arithmetic().Matches(Signed).MaxBy(m => m.Length) is { } match
        ? Closed(match.Value.Trim().Replace('×', '*').Replace('÷', '/'))
        : "") is { Length: > 0 } found ? found : null;

    /// <summary>The text with its arithmetic in signs.</summary>
    private string Signed
    {
        get
        {
            var text = Percent().Replace(Text, "$1 / 100 * ");
            text = Times().Replace(By().Replace(Power().Replace(text, " ^ "), " / "), " * ");
            return Plus().Replace(Minus().Replace(text, " - "), " + ");
        }
    }

    /// <summary>The parts that can each ask for something of their own: sentences, and what commas and "and" join.</summary>
    public List<OfflineText> Parts()
    {
        var cuts = Joint().Matches(Text).Select(m => (Start: _start + m.Index, End: _start + m.Index + m.Length))
            .Where(cut => !Finds.Any(f => f.Start < cut.End && cut.Start < f.End)).ToList();
        var parts = new List<OfflineText>();
        var (from, joint) = (_start, "");
        foreach (var cut in cuts.Append((Start: _end, End: _end)))
        {
            if (cut.Start > from) parts.Add(new OfflineText(_whole, joint, from, cut.Start, Finds));
            (from, joint) = (cut.End, _whole[cut.Start..cut.End].Trim());
        }
        return parts.FindAll(p => p.Text.Any(char.IsLetterOrDigit));
    }

    /// <summary>Where the part begins in the coordinates of its finds.</summary>
    public int Start => _start;

    /// <summary>True when a sentence ended before this part.</summary>
    public bool BeginsSentence => _joint.Length == 0 || _joint[0] is '.' or '?' or '!' or ';';

    /// <summary>True when the part continues a list with more than a comma.</summary>
    public bool IsJoined => _joint.Length > 1 && !BeginsSentence;

    /// <summary>From the start of this part to the end of <paramref name="last"/>.</summary>
    public OfflineText Through(OfflineText last) => new(_whole, _joint, _start, last._end, Finds.Concat(last.Finds));

    /// <summary>What stands before a find, cut to this part.</summary>
    public string Before(Find find) => _whole[_start..find.Start];

    /// <summary>What stands between two positions in the coordinates of the finds.</summary>
    public string Between(int start, int end) => end > start ? _whole[start..end] : "";

    /// <summary>The words with their places, in the coordinates of the finds.</summary>
    public IEnumerable<(string Word, int Start, int End)> Places() =>
        Letters().Matches(Text).Select(m => (m.Value, _start + m.Index, _start + m.Index + m.Length));

    private static List<Find> FindAll(string text)
    {
        var finds = new List<Find>();
        foreach (var (kind, pattern) in Patterns)
            foreach (var match in pattern.Matches(text).Cast<Match>())
            {
                var group = match.Groups.Values.Skip(1).FirstOrDefault(g => g.Success) ?? match;
                if (finds.Any(f => f.Start < match.Index + match.Length && match.Index < f.End)) continue;
                if (kind == FindKind.Name && !IsName(text, match)) continue;
                finds.Add(new Find(kind, Value(kind, group.Value), match.Index, match.Index + match.Length));
            }
        finds.Sort((a, b) => a.Start.CompareTo(b.Start));
        return finds;
    }

    private static string Value(FindKind kind, string text) => kind != FindKind.Number ? text
        : Array.IndexOf(NumberWords, text.ToLowerInvariant()) is >= 0 and var word ? word.ToString(CultureInfo.InvariantCulture)
        : text.Replace(",", "", StringComparison.Ordinal);

    /// <summary>A capital at the beginning of a sentence says nothing, unless the word is all capitals or a second one follows.</summary>
    private static bool IsName(string text, Match match)
    {
        var word = match.Value;
        if (OfflineWords.IsCommon(word)) return false;
        var before = text.AsSpan(0, match.Index).TrimEnd();
        var begins = before.IsEmpty || before[^1] is '.' or '?' or '!' or ':' or '\n';
        return !begins || word.Contains(' ', StringComparison.Ordinal) || (word.Length > 1 && word.All(c => !char.IsLower(c)));
    }

    /// <summary>The expression without brackets that the sentence around it opened or closed.</summary>
    private static string Closed(string text)
    {
        while (text.Count(c => c == '(') > text.Count(c => c == ')') && text.StartsWith('(')) text = text[1..].TrimStart();
        while (text.Count(c => c == ')') > text.Count(c => c == '(') && text.EndsWith(')')) text = text[..^1].TrimEnd();
        return text;
    }

    [GeneratedRegex("""
        "([^"\n]{1,2000})"|“([^”\n]{1,2000})”|«([^»\n]{1,2000})»|`([^`\n]{1,2000})`|(?<![\p{L}\d])'([^'\n]{1,2000})'(?![\p{L}\d])
        """)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"https?://[^\s""'<>]*[^\s""'<>.,;:!?)\]]")]
    private static partial Regex Url();

    [GeneratedRegex(@"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")]
    private static partial Regex Email();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?\b")]
    private static partial Regex Date();

    [GeneratedRegex(@"(?<![\w.])#?((?=[A-Za-z0-9_-]*[A-Za-z])(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)(?![\w])")]
    private static partial Regex Id();

    [GeneratedRegex(@"(?<![\w.])(?:(?<![\d)]\s?)-)?(?:\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.\d{1,9})?(?!\w)")]
    private static partial Regex Digits();

    [GeneratedRegex(@"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Spelled();

    [GeneratedRegex("""
        (?x)  \b\p{Lu} [\p{L}\d'’.&-]* [\p{L}\d]
              (?:\ (?: (?:de|da|del|la|le|of|the|van|von|der|al|y)\ )? \p{Lu} [\p{L}\d'’&-]* )*
            | \b\p{Lu}\b
        """)]
    private static partial Regex Name();

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex Letters();

    [GeneratedRegex(@"(?:[.?!;]\s+|,\s*(?:and |then )*|\s+(?:and then|and|then|as well as)\s+|\n+)", RegexOptions.IgnoreCase)]
    private static partial Regex Joint();

    [GeneratedRegex("""
        (?x)  [(\s-]* (?:sqrt|abs|sin|cos|tan|log|ln|exp|round)? \(? \s* \d+ (?:\.\d+)? [)\s]*
              (?: [-+*/^%×÷] [-(\s]* (?:sqrt|abs|sin|cos|tan|log|ln|exp|round)? \(? \s* \d+ (?:\.\d+)? [)\s]* )+
        """)]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)\s*(?:%|percent) of\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Percent();

    [GeneratedRegex(@"(?<=\d\s*)\s(?:plus|added to)\s(?=[\s(]*\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Plus();

    [GeneratedRegex(@"(?<=\d\s*)\sminus\s(?=[\s(]*\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Minus();

    [GeneratedRegex(@"(?<=\d\s*)\s(?:times|multiplied by)\s(?=[\s(]*\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Times();

    [GeneratedRegex(@"(?<=\d\s*)\s(?:divided by|over)\s(?=[\s(]*\d)", RegexOptions.IgnoreCase)]
    private static partial Regex By();

    [GeneratedRegex(@"(?<=\d\s*)\s(?:to the power of|raised to)\s(?=[\s(]*\d)", RegexOptions.IgnoreCase)]
    private static partial Regex Power();
}
