using System.Text.RegularExpressions;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// A regular expression of JSON Schema: ECMAScript's dialect, matched anywhere in the text, in time linear in its length. Patterns with
/// look-around or back-references can't be matched that way; those get a tenth of a second.
/// </summary>
internal sealed class SchemaPattern
{
    public const int MaxLength = 2_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Regex _regex;

    private SchemaPattern(string source, Regex regex)
    {
        Source = source;
        _regex = regex;
    }

    public string Source { get; }

    /// <summary>Throws <see cref="FormatException"/>, whose message says what is wrong with the pattern.</summary>
    public static SchemaPattern Parse(string source)
    {
        if (source.Length > MaxLength) throw new FormatException($"a pattern has at most {MaxLength} characters");
        var translated = EcmaPattern.ToDotNet(source);
        try
        {
            return new SchemaPattern(source, Build(translated));
        }
        catch (RegexParseException e)
        {
            throw new FormatException($"it is not a regular expression: {e.Error}", e);
        }
    }

    /// <summary>Null when the time ran out.</summary>
    public bool? IsMatch(string text)
    {
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex Build(string translated)
    {
        try
        {
            return new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Patience);
        }
    }
}
