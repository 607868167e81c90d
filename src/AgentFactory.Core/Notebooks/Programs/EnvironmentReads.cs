using System.Text.RegularExpressions;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>An environment variable or stored secret that the notebook reads or sets.</summary>
/// <param name="IsSet">The notebook gives it a value.</param>
internal sealed record EnvironmentRead(string Name, bool IsSet, Provenance Origin);

/// <summary>The variables a notebook uses, first use first.</summary>
internal sealed partial class EnvironmentReads
{
    private readonly Dictionary<string, EnvironmentRead> reads = new(StringComparer.Ordinal);

    public IEnumerable<EnvironmentRead> All => reads.Values.OrderBy(r => r.Origin).ThenBy(r => r.Name, StringComparer.Ordinal);

    public void Add(string name, bool isSet, Provenance origin)
    {
        if (name.Length is > 0 and <= 128) reads.TryAdd(name, new EnvironmentRead(name, isSet, origin));
    }

    /// <summary>The name says that the value must not be known to others.</summary>
    public static bool IsSecret(string name) => SecretWord().IsMatch(name);

    [GeneratedRegex(@"(^|_)(API_?KEY|APIKEY|KEY|KEYS|TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|PAT|CREDENTIALS?|AUTH|USER|USERNAME|SID)"
        + @"\d*($|_)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretWord();
}
