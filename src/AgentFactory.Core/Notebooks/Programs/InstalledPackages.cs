using System.Text.RegularExpressions;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.IPython;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <param name="Version">The specifier as written; null when there is none.</param>
internal sealed record InstalledPackage(string Name, string? Version, Provenance Origin);

/// <summary>What a notebook installs: <c>%pip</c>, <c>!pip</c>, <c>!uv pip</c>, <c>uv add</c>, and pip started from Python.</summary>
internal static partial class InstalledPackages
{
    public static IEnumerable<InstalledPackage> Of(IPythonCell cell, int index) => cell.Directives.SelectMany(directive =>
    {
        var lines = directive.Kind switch
        {
            IPythonDirectiveKind.Shell => directive.Arguments,
            IPythonDirectiveKind.LineMagic => $"{directive.Name} {directive.Arguments}",
            IPythonDirectiveKind.CellMagic when directive.Name is "bash" or "sh" or "script" => directive.Body ?? "",
            _ => "",
        };
        return lines.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => Command().Match(line)).Where(m => m.Success)
            .SelectMany(m => Parse(m.Groups["arguments"].Value, new Provenance(index, directive.Line)));
    });

    public static IEnumerable<InstalledPackage> Of(IEnumerable<ExternalCall> trace)
    {
        foreach (var call in trace.Where(c => c.Path.StartsWith("subprocess.", StringComparison.Ordinal)
            || c.Path is "os.system" or "pip.main"))
        {
            var words = (call.PositionalThen is [var command, ..] ? command : null) switch
            {
                SequenceValue list => list.Items.Select(i => (i as TextValue)?.Known ?? "").ToList(),
                TextValue { Known: { } line } => [.. line.Split(' ')],
                _ => [],
            };
            var install = words.IndexOf("install");
            if (install < 0 || !words.Exists(w => w is "pip" or "pip3")) continue;
            foreach (var package in Parse(string.Join(' ', words.Skip(install + 1)), call.Origin)) yield return package;
        }
    }

    private static IEnumerable<InstalledPackage> Parse(string arguments, Provenance origin)
    {
        var words = arguments.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i].Trim('"', '\'', ',');
            if (OptionsWithValue.Contains(word)) i++;
            else if (word is "&&" or ";" or "|" or "#" or ">" || word.StartsWith('#')) yield break;
            else if (!word.StartsWith('-') && Requirement().Match(word) is { Success: true } found)
            {
                var version = found.Groups["version"].Value;
                yield return new InstalledPackage(
                    Distributions.Normal(found.Groups["name"].Value), version.Length == 0 ? null : version, origin);
            }
        }
    }

    private static readonly HashSet<string> OptionsWithValue = new(StringComparer.Ordinal)
    {
        "-r", "-c", "-i", "-f", "-t", "--requirement", "--constraint", "--index-url", "--extra-index-url", "--target", "--find-links",
    };

    [GeneratedRegex(@"^\s*(sudo\s+)?((python3?|\{sys\.executable\})\s+-m\s+)?"
        + @"((uv\s+)?(pip3?|conda|mamba)\s+install|uv\s+add)\s+(?<arguments>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Command();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9][A-Za-z0-9._\-]*)(\[[^\]]*\])?(?<version>([<>=!~]=?=?[^;\s]+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Requirement();
}
