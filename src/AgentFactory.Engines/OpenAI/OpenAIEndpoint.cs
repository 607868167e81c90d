using System.Text.RegularExpressions;
using AgentFactory.Core;

namespace AgentFactory.Engines.OpenAI;

/// <summary>One address that speaks OpenAI's chat completions.</summary>
/// <param name="Name">The part before the slash in a model's name.</param>
/// <param name="BaseUrl">Up to and with <c>/v1</c>.</param>
/// <param name="NeedsKey">False where the address may take calls without a key; one is sent when it is set.</param>
/// <param name="AddressVariable">The variable an operator sets the address with.</param>
internal sealed partial record OpenAIEndpoint(string Name, Uri BaseUrl, bool NeedsKey, string AddressVariable)
{
    /// <summary>Overrides the address of the provider <c>openai</c>, as OpenAI's own libraries do.</summary>
    public const string BaseUrlVariable = "OPENAI_BASE_URL";

    /// <summary>Further providers: <c>name=url</c>, separated by commas.</summary>
    public const string ProvidersVariable = "AGENT_FACTORY_PROVIDERS";

    private const string Official = "https://api.openai.com/v1";

    /// <summary>Where the key is: the name in capitals, hyphens as underscores, and <c>_API_KEY</c>.</summary>
    public string KeyName { get; } = Name.ToUpperInvariant().Replace('-', '_') + "_API_KEY";

    /// <summary>
    /// The provider <c>openai</c> and those of <c>AGENT_FACTORY_PROVIDERS=ollama=http://127.0.0.1:11434/v1,router=https://…/v1</c>.
    /// A key is demanded only for OpenAI itself. Throws <see cref="AgentFactoryException"/> that names the variable and the fault.
    /// </summary>
    public static List<OpenAIEndpoint> Read(Func<string, string?> environment)
    {
        var own = environment(BaseUrlVariable);
        var address = string.IsNullOrWhiteSpace(own) ? Official : own.Trim();
        var endpoints = new List<OpenAIEndpoint> { new("openai", Address(address, BaseUrlVariable), IsOfficial(address), BaseUrlVariable) };
        const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var entry in (environment(ProvidersVariable) ?? "").Split(',', Clean))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            var (name, url) = (parts[0], parts.Length == 2 ? parts[1] : "");
            if (!ProviderName().IsMatch(name) || name == "demo" || endpoints.Any(e => e.Name == name))
                throw Faulty(ProvidersVariable, "a provider is name=url, with a name of its own in lower-case letters, digits and hyphens");
            endpoints.Add(new OpenAIEndpoint(name, Address(url, ProvidersVariable), NeedsKey: false, ProvidersVariable));
        }
        return endpoints;
    }

    /// <summary>Behind any other address a gateway may bring its own key.</summary>
    private static bool IsOfficial(string address) => address.StartsWith("https://api.openai.com/", StringComparison.OrdinalIgnoreCase);

    private static Uri Address(string text, string variable) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "", Query: "" }
            ? uri
            : throw Faulty(variable, "an address must be http or https without user, password or query, such as http://127.0.0.1:11434/v1");

    private static AgentFactoryException Faulty(string variable, string rule) =>
        new(ErrorCodes.Invalid, $"{variable} is not valid: {rule}.", variable);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,31}$")]
    private static partial Regex ProviderName();
}
