using System.Collections.Immutable;
using System.Text;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>A piece of a text: the text itself, or the expression of a part known only at run time.</summary>
internal readonly record struct TextPart(string Text, bool IsPlaceholder);

/// <summary>A string whose unknown parts are kept as named placeholders.</summary>
internal sealed class TextValue : Value
{
    /// <summary>Longer texts are cut off by the limits of every definition anyway.</summary>
    public const int MaxLength = 1 << 18;

    private const int LongestPlaceholder = 80;
    private const char Mark = '\uFDD0'; // a noncharacter: no text holds it
    private const char FirstCode = '\uE000';
    private const int Codes = 0x1900;

    private TextValue(ImmutableArray<TextPart> parts, bool isComposed)
    {
        Parts = parts;
        IsComposed = isComposed;
    }

    public static readonly TextValue Empty = new([], false);

    public ImmutableArray<TextPart> Parts { get; }

    /// <summary>It was put together from a fixed text and values, as prompt templates are.</summary>
    public bool IsComposed { get; }

    public bool IsKnown => Parts.All(p => !p.IsPlaceholder);

    /// <summary>The text when all of it is known; else null.</summary>
    public string? Known => IsKnown ? string.Concat(Parts.Select(p => p.Text)) : null;

    /// <summary>The characters that are known.</summary>
    public int KnownLength => Parts.Where(p => !p.IsPlaceholder).Sum(p => p.Text.Length);

    public static TextValue Of(string text) => new([new TextPart(text, false)], false);

    public static TextValue Placeholder(string expression) => new([new TextPart(Shorten(expression), true)], false);

    public static TextValue TooLong() => Placeholder("a text that is too long");

    public static TextValue Join(IEnumerable<TextValue> texts, bool composed = false)
    {
        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var literal = new StringBuilder();
        var length = 0;
        foreach (var text in texts)
        {
            composed |= text.IsComposed;
            foreach (var part in text.Parts)
            {
                if (!part.IsPlaceholder) literal.Append(part.Text);
                else
                {
                    Flush();
                    parts.Add(part);
                }
                length += part.Text.Length;
                if (length > MaxLength || parts.Count > 10_000) return TooLong();
            }
        }
        Flush();
        return new TextValue(parts.ToImmutable(), composed);

        void Flush()
        {
            if (literal.Length > 0) parts.Add(new TextPart(literal.ToString(), false));
            literal.Clear();
        }
    }

    public TextValue AsComposed() => new(Parts, true);

    /// <summary>The same operation on the text; each placeholder passes through it as one indivisible piece.</summary>
    public TextValue Map(Func<string, string> operation)
    {
        var result = operation(Known ?? Encode());
        if (result.Length > MaxLength) return TooLong();
        if (IsKnown) return new TextValue([new TextPart(result, false)], IsComposed);
        return Decode(result) is { } text ? IsComposed ? text.AsComposed() : text : Placeholder("text");
    }

    /// <summary>The same, for operations that give several texts.</summary>
    public IEnumerable<TextValue> MapMany(Func<string, IEnumerable<string>> operation) => operation(Encode()).Select(Decode);

    /// <summary>The text with placeholders as <c>{expression}</c>.</summary>
    public override string ToString() => string.Concat(Parts.Select(p => p.IsPlaceholder ? $"{{{p.Text}}}" : p.Text));

    private string Encode() => string.Concat(Parts.Select((p, i) => p.IsPlaceholder ? $"{Mark}{(char)(FirstCode + i % Codes)}" : p.Text));

    private TextValue Decode(string encoded)
    {
        var parts = ImmutableArray.CreateBuilder<TextPart>();
        var start = 0;
        for (var at = encoded.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = encoded.IndexOf(Mark, start))
        {
            if (at > start) parts.Add(new TextPart(encoded[start..at], false));
            var code = at + 1 < encoded.Length ? encoded[at + 1] - FirstCode : -1;
            if (code >= 0 && code < Parts.Length && Parts[code].IsPlaceholder) parts.Add(Parts[code]);
            start = Math.Min(at + 2, encoded.Length);
        }
        if (start < encoded.Length) parts.Add(new TextPart(encoded[start..], false));
        return new TextValue(parts.ToImmutable(), IsComposed);
    }

    private static string Shorten(string expression)
    {
        var line = string.Join(' ', expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestPlaceholder ? line : line[..(LongestPlaceholder - 1)] + "…";
    }
}
