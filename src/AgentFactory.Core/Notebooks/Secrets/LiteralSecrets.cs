using System.Text.RegularExpressions;

namespace AgentFactory.Core.Notebooks.Secrets;

/// <summary>A secret whose value stood in the notebook.</summary>
internal sealed record RemovedSecret(string Name, Provenance Origin);

/// <summary>
/// Takes literal secrets out of a cell's text before anything else reads it. In code a quoted value becomes a look-up of the
/// environment variable, so
/// that the program still works where the secret is set; anywhere else it becomes <c>[removed NAME]</c>.
/// </summary>
internal static partial class LiteralSecrets
{
    /// <summary>The text without secrets. Lines stay where they are.</summary>
    public static string Remove(string text, int cell, ICollection<RemovedSecret> removed)
    {
        text = Assigned().Replace(text, match => Assignment(match, text, cell, removed));
        text = QuotedPassphrase().Replace(text, match => Passphrase(match, text, cell, removed));
        return Known().Replace(text, match => Token(match, text, cell, removed));
    }

    /// <summary>The same for text that is no code.</summary>
    public static string RemoveFromText(string text, int cell, ICollection<RemovedSecret> removed) =>
        Known().Replace(text, match =>
        {
            removed.Add(new RemovedSecret(KeyFormats.NameOf(match.Value), new Provenance(cell, Line(text, match.Index))));
            return $"[removed {KeyFormats.NameOf(match.Value)}]";
        });

    private static string Assignment(Match match, string text, int cell, ICollection<RemovedSecret> removed)
    {
        var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
        var isKnown = Known().Match(value).Length == value.Length;
        if (!isKnown && !(KeyFormats.IsSecretName(name) && KeyFormats.LooksSecret(name, value))) return match.Value;
        var variable = KeyFormats.VariableOf(name, isKnown ? value : null);
        removed.Add(new RemovedSecret(variable, new Provenance(cell, Line(text, match.Index))));
        return match.Groups["before"].Value + Lookup(variable);
    }

    private static string Token(Match match, string text, int cell, ICollection<RemovedSecret> removed)
    {
        var name = KeyFormats.NameOf(match.Groups["token"].Value);
        removed.Add(new RemovedSecret(name, new Provenance(cell, Line(text, match.Index))));
        var (open, close) = (match.Groups["open"].Value, match.Groups["close"].Value);
        if (open.Length > 0 && open == close) return Lookup(name);
        var lines = new string('\n', match.Groups["token"].ValueSpan.Count('\n'));
        return $"{open}[removed {name}]{lines}{close}";
    }

    private static string Passphrase(Match match, string text, int cell, ICollection<RemovedSecret> removed)
    {
        if (KeyFormats.IsPlaceholder(match.Groups["value"].Value)) return match.Value;
        removed.Add(new RemovedSecret("DATABASE_PASSWORD", new Provenance(cell, Line(text, match.Index))));
        return $"{match.Groups["start"].Value}[removed DATABASE_PASSWORD]@";
    }

    private static string Lookup(string variable) => $"__import__(\"os\").environ[\"{variable}\"]";

    private static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    /// <summary>
    /// A name, <c>=</c> or <c>:</c>, and a quoted value on the same line: variables, keywords, items of dicts and of <c>os.environ</c>.
    /// </summary>
    [GeneratedRegex(
        """(?<before>(?<![A-Za-z0-9_\-])(?<name>(?>[A-Za-z_][A-Za-z0-9_\-]*))["']?(\s{0,9}\])?(\s{0,9}:\s{0,9}[A-Za-z_][\w.\[\]]{0,60})?"""
        + """\s{0,20}(=|:)\s{0,20})"""
        + """(?<q>["'])(?<value>[^"'\n\\{}]{8,400})\k<q>(?!\s*["'])""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Assigned();

    [GeneratedRegex("""(?<start>[a-z][a-z0-9+]{2,20}://[^\s:@/"'{}]{1,64}:)(?<value>[^\s@/"'{}]{4,100})@""", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedPassphrase();

    [GeneratedRegex("""(?<open>(?<![A-Za-z"'])["'])?(?<token>""" + KeyFormats.Pattern + """)(?<close>["'](?!["']))?""", RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
