using System.Globalization;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Methods of <c>str</c>.</summary>
internal static class TextMethods
{
    private const int MaxPieces = 10_000;

    /// <summary>Null when the result is not known.</summary>
    public static Value? Call(TextValue text, string name, CallArguments arguments) => name switch
    {
        "format" => TextFormat.Fill(text, arguments.Positional, arguments.Named),
        "format_map" when arguments[0, "mapping"] is MappingValue map => TextFormat.Fill(text, [], Named(map)),
        "join" => Join(text, arguments[0, "iterable"]),
        "strip" => text.Map(t => Known(arguments, 0) is { } set ? t.Trim(set.ToCharArray()) : t.Trim()),
        "lstrip" => text.Map(t => Known(arguments, 0) is { } set ? t.TrimStart(set.ToCharArray()) : t.TrimStart()),
        "rstrip" => text.Map(t => Known(arguments, 0) is { } set ? t.TrimEnd(set.ToCharArray()) : t.TrimEnd()),
        "lower" or "casefold" => text.Map(t => t.ToLowerInvariant()),
        "upper" => text.Map(t => t.ToUpperInvariant()),
        "title" => text.Map(CultureInfo.InvariantCulture.TextInfo.ToTitleCase),
        "capitalize" => text.Map(t => t.Length == 0 ? t : char.ToUpperInvariant(t[0]) + t[1..].ToLowerInvariant()),
        "replace" => Replace(text, arguments),
        "removeprefix" when Known(arguments, 0) is { } part =>
            text.Map(t => t.StartsWith(part, StringComparison.Ordinal) ? t[part.Length..] : t),
        "removesuffix" when Known(arguments, 0) is { } part =>
            text.Map(t => t.EndsWith(part, StringComparison.Ordinal) ? t[..^part.Length] : t),
        "expandtabs" => text.Map(t => t.Replace("\t", "        ", StringComparison.Ordinal)),
        "split" => Split(text, arguments),
        "splitlines" => Pieces(text, t => t.TrimEnd('\n').Split('\n')),
        "startswith" when text.Known is { } t && Known(arguments, 0) is { } start =>
            new ConstantValue(t.StartsWith(start, StringComparison.Ordinal)),
        "endswith" when text.Known is { } t && Known(arguments, 0) is { } end =>
            new ConstantValue(t.EndsWith(end, StringComparison.Ordinal)),
        _ => null,
    };

    private static string? Known(CallArguments arguments, int position) =>
        position < arguments.Positional.Count && arguments.Positional[position] is TextValue { Known: { } text } ? text : null;

    private static IReadOnlyList<KeyValuePair<string, Value>> Named(MappingValue map) =>
        [.. map.Entries.Where(e => e.Key is TextValue { IsKnown: true })
            .Select(e => KeyValuePair.Create(((TextValue)e.Key).Known!, e.Value))];

    private static TextValue? Join(TextValue separator, Value? items)
    {
        if (items is not SequenceValue list || list.Items.Count == 0) return null;
        if (list.IsOpen && !list.Items.Exists(i => i is TextValue { KnownLength: > 0 })) return null;
        var parts = new List<TextValue>();
        foreach (var item in list.Items)
        {
            if (parts.Count > 0) parts.Add(separator);
            parts.Add(PythonText.Str(item, item is UnknownValue unknown ? unknown.Expression : "item"));
        }
        if (list.IsOpen) parts.AddRange([separator, TextValue.Placeholder("…")]);
        return TextValue.Join(parts);
    }

    /// <summary>A template filled by hand: <c>prompt.replace("{topic}", topic)</c> may put something unknown into it.</summary>
    private static TextValue? Replace(TextValue text, CallArguments arguments)
    {
        if (Known(arguments, 0) is not { Length: > 0 } old || arguments.Positional.Count < 2) return null;
        if (Known(arguments, 1) is { } with)
        {
            // Told before it is made: a few lines of a notebook may ask for more than there is memory.
            var length = text.KnownLength + text.Parts.Sum(p => (long)p.Text.AsSpan().Count(old)) * (with.Length - old.Length);
            return length > TextValue.MaxLength
                ? TextValue.TooLong() : text.Map(t => t.Replace(old, with, StringComparison.Ordinal));
        }
        var filler = PythonText.Str(arguments.Positional[1], old.Trim('{', '}', '<', '>', '[', ']', '$', '%', ' '));
        var parts = new List<TextValue>();
        foreach (var piece in text.MapMany(t => t.Split(old)))
        {
            if (parts.Count > 0) parts.Add(filler);
            parts.Add(piece);
        }
        return TextValue.Join(parts, composed: true);
    }

    private static SequenceValue? Split(TextValue text, CallArguments arguments)
    {
        if (arguments.Positional.Count > 1 || arguments.Named.Count > 0) return null;
        if (arguments.Positional.Count == 0)
            return Pieces(text, t => t.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Known(arguments, 0) is { Length: > 0 } separator ? Pieces(text, t => t.Split(separator)) : null;
    }

    private static SequenceValue? Pieces(TextValue text, Func<string, IEnumerable<string>> split)
    {
        var pieces = text.MapMany(split).Take(MaxPieces + 1).ToList();
        return pieces.Count > MaxPieces ? null : new SequenceValue(SequenceKind.List, pieces);
    }
}
