using System.Text.RegularExpressions;

namespace AgentFactory.Core.Notebooks.Secrets;

/// <summary>What keys and tokens look like, and what their environment variables are called.</summary>
internal static partial class KeyFormats
{
    /// <summary>Keys of providers, by their fixed beginnings.</summary>
    public const string Pattern =
        @"(?<![A-Za-z0-9_\-])(?:"
        + @"sk-ant-[A-Za-z0-9_\-]{20,}|sk-or-[A-Za-z0-9_\-]{20,}|sk-lf-[A-Za-z0-9\-]{16,}"
        + @"|sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_\-]{20,}|gsk_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_\-]{30,}"
        + @"|tvly-[A-Za-z0-9_\-]{16,}|pplx-[A-Za-z0-9]{20,}|xai-[A-Za-z0-9]{20,}|pcsk_[A-Za-z0-9_]{20,}|lsv2_[A-Za-z0-9_]{20,}"
        + @"|ls__[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|nvapi-[A-Za-z0-9_\-]{20,}|jina_[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}"
        + @"|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_\-]{16,}|xox[abeoprs]-[A-Za-z0-9\-]{16,}"
        + @"|(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
        + @"|dop_v1_[a-f0-9]{40,}|eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"
        + @"|-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*-----END [A-Z ]*PRIVATE KEY-----"
        + ")";

    private static readonly (string Start, string Name)[] Names =
    [
        ("sk-ant-", "ANTHROPIC_API_KEY"), ("sk-or-", "OPENROUTER_API_KEY"), ("sk-lf-", "LANGFUSE_SECRET_KEY"),
        ("sk-", "OPENAI_API_KEY"), ("gsk_", "GROQ_API_KEY"), ("hf_", "HF_TOKEN"), ("AIza", "GOOGLE_API_KEY"),
        ("tvly-", "TAVILY_API_KEY"), ("pplx-", "PERPLEXITY_API_KEY"), ("xai-", "XAI_API_KEY"), ("pcsk_", "PINECONE_API_KEY"),
        ("lsv2_", "LANGSMITH_API_KEY"), ("ls__", "LANGSMITH_API_KEY"), ("r8_", "REPLICATE_API_TOKEN"), ("nvapi-", "NVIDIA_API_KEY"),
        ("jina_", "JINA_API_KEY"), ("gh", "GITHUB_TOKEN"), ("github_pat_", "GITHUB_TOKEN"), ("glpat-", "GITLAB_TOKEN"),
        ("xox", "SLACK_TOKEN"), ("sk_", "STRIPE_API_KEY"), ("rk_", "STRIPE_API_KEY"), ("AKIA", "AWS_ACCESS_KEY_ID"),
        ("ASIA", "AWS_ACCESS_KEY_ID"), ("SG.", "SENDGRID_API_KEY"), ("dop_", "DIGITALOCEAN_TOKEN"), ("eyJ", "ACCESS_TOKEN"),
        ("-----BEGIN", "PRIVATE_KEY"),
    ];

    /// <summary>The environment variable a key of that form usually has.</summary>
    public static string NameOf(string token)
    {
        var key = token.Trim('"', '\'');
        return Array.Find(Names, n => key.StartsWith(n.Start, StringComparison.Ordinal)).Name ?? "SECRET";
    }

    /// <summary>
    /// The variable for a value assigned to <paramref name="name"/>: that name where it says enough, else the provider's.
    /// </summary>
    public static string VariableOf(string name, string? token)
    {
        var variable = name.ToUpperInvariant().Replace('-', '_');
        var saysEnough = IsSecretName(name) && variable.Length > 3
            && variable is not ("API_KEY" or "KEY" or "TOKEN" or "SECRET" or "PASSWORD" or "OPENAI_KEY");
        return saysEnough || token is null ? variable : NameOf(token);
    }

    public static bool IsSecretName(string name) => SecretName().IsMatch(name) || SecretCamelName().IsMatch(name);

    /// <summary>A value that was meant, not an example: long, mixed and without spaces.</summary>
    public static bool LooksSecret(string name, string value)
    {
        if (IsPlaceholder(value) || value.Any(char.IsWhiteSpace)) return false;
        if (PlainWords().IsMatch(value)) return false;
        var isPassword = name.Contains("passw", StringComparison.OrdinalIgnoreCase);
        return isPassword || (value.Length >= 16 && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter) && Entropy(value) >= 3.2);
    }

    public static bool IsPlaceholder(string value) => Placeholder().IsMatch(value) || value.Distinct().Count() <= 3;

    private static double Entropy(string value) =>
        -value.GroupBy(c => c).Select(g => (double)g.Count() / value.Length).Sum(p => p * Math.Log2(p));

    [GeneratedRegex(@"(^|[_\-])(api_?key|(secret|access|auth)_?(key|token)|key|token|secret|passw(or)?d|pwd|credentials?|auth)s?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex("[a-z0-9](Key|Token|Secret|Password|Auth)$", RegexOptions.CultureInvariant)]
    private static partial Regex SecretCamelName();

    [GeneratedRegex(@"your|xxx|\.\.\.|…|<|>|example|placeholder|insert|dummy|changeme|change_me|replace|todo|fake|sample|paste|enter"
        + @"|redacted|removed"
        + @"|\*\*\*|-here|_here|my[_-]?(api|key|token|secret|password)|^test", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    /// <summary>A name or path: words joined by separators, no more than a few digits.</summary>
    [GeneratedRegex(@"^[A-Za-z]+([_\-./:][A-Za-z]+)*[0-9]{0,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWords();
}
