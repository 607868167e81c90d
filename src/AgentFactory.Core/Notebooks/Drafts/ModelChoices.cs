using System.Text.RegularExpressions;
using AgentFactory.Core.Models;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>Model names as the platform writes them, <c>provider/model</c>, from what notebooks write.</summary>
internal static partial class ModelChoices
{
    /// <summary>Providers of LiteLLM's and others' prefixes, by the platform's word for them.</summary>
    private static readonly Dictionary<string, string> Prefixes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["openai"] = "openai",
        ["azure"] = "azure",
        ["azure_ai"] = "azure",
        ["anthropic"] = "anthropic",
        ["gemini"] = "gemini",
        ["vertex_ai"] = "gemini",
        ["groq"] = "groq",
        ["mistral"] = "mistral",
        ["ollama"] = "ollama",
        ["ollama_chat"] = "ollama",
        ["openrouter"] = "openrouter",
        ["deepseek"] = "deepseek",
        ["together_ai"] = "together",
        ["together"] = "together",
        ["xai"] = "xai",
        ["cohere"] = "cohere",
        ["bedrock"] = "bedrock",
        ["huggingface"] = "huggingface",
        ["perplexity"] = "perplexity",
        ["fireworks_ai"] = "fireworks",
        ["cerebras"] = "cerebras",
        ["nvidia_nim"] = "nvidia",
        ["watsonx"] = "watsonx",
        ["sambanova"] = "sambanova",
        ["replicate"] = "replicate",
        ["hosted_vllm"] = "vllm",
        ["github"] = "github",
        ["dashscope"] = "dashscope",
        ["databricks"] = "databricks",
    };

    private static readonly (string Host, string Provider)[] Hosts =
    [
        ("api.openai.com", "openai"), ("openai.azure.com", "azure"), ("generativelanguage.googleapis.com", "gemini"),
            ("api.groq.com", "groq"),
        ("openrouter.ai", "openrouter"), ("api.deepseek.com", "deepseek"), ("api.anthropic.com", "anthropic"),
            ("api.mistral.ai", "mistral"),
        ("api.together", "together"), ("api.x.ai", "xai"), (":11434", "ollama"), ("models.github.ai", "github"),
            ("models.inference.ai.azure.com", "github"),
        ("integrate.api.nvidia.com", "nvidia"), ("api.fireworks.ai", "fireworks"), ("api.perplexity.ai", "perplexity"),
            ("api.cerebras.ai", "cerebras"),
        ("huggingface.co", "huggingface"), ("dashscope", "dashscope"), ("api.cohere", "cohere"),
    ];

    /// <summary>Client classes of other providers with OpenAI's shape, by their module.</summary>
    private static readonly Dictionary<string, string> Modules = new(StringComparer.Ordinal)
    {
        ["groq"] = "groq",
        ["together"] = "together",
        ["cerebras"] = "cerebras",
        ["huggingface_hub"] = "huggingface",
        ["fireworks"] = "fireworks",
        ["mistralai"] = "mistral",
        ["ollama"] = "ollama",
        ["zhipuai"] = "zhipuai",
        ["xai_sdk"] = "xai",
    };

    /// <summary>A model by its text alone; <c>openai</c> where no prefix says otherwise.</summary>
    /// <param name="fallback">What the framework takes when the notebook names none.</param>
    public static ModelChoice Of(Value? value, string fallback, string framework) => value switch
    {
        null or ConstantValue { Content: null } =>
            new ModelChoice(null, fallback, $"The notebook names no model; {framework} takes {fallback} then."),
        TextValue { Known: { Length: > 0 } declared } => Named(declared),
        EnvironmentValue variable => new ModelChoice(
            null, fallback, $"The model is in the variable {variable.Name}, which the notebook does not set; {fallback} stands in."),
        _ => new ModelChoice(null, fallback, $"The model is known only at run time; {fallback} stands in."),
    };

    /// <summary>The same for a client, whose base URL or class says whose model it is.</summary>
    public static ModelChoice Of(Value? value, ResultValue? client, string fallback, string framework)
    {
        var choice = Of(value, fallback, framework);
        if (client is null || choice.Declared is not { } declared) return choice;
        var provider = ProviderOf(client, out var note);
        if (provider is null || provider == "openai") return choice with { Note = choice.Note ?? note };
        return Make(declared, provider, declared.StartsWith(provider + "/", StringComparison.Ordinal) ? declared[(provider.Length + 1)..]
            : declared, note);
    }

    private static string? ProviderOf(ResultValue client, out string? note)
    {
        note = null;
        var call = client.Call;
        if (call.Member.Contains("Azure", StringComparison.Ordinal)) return "azure";
        if (Modules.TryGetValue(call.Path.Split('.')[0], out var provider)) return provider;
        if ((call.Argument("base_url") ?? call.Argument("api_base") ?? call.Argument("openai_api_base")) is not { } url
            || url is ConstantValue) return null;
        var text = url is TextValue known ? known.ToString() : url is EnvironmentValue variable ? variable.Name : "";
        if (Array.Find(Hosts, h => text.Contains(h.Host, StringComparison.OrdinalIgnoreCase)).Provider is { } hosted) return hosted;
        note = "The client has a base URL of its own: set OPENAI_BASE_URL to it, or choose another model.";
        return null;
    }

    private static ModelChoice Named(string declared)
    {
        var name = declared.StartsWith("litellm/", StringComparison.Ordinal) ? declared["litellm/".Length..] : declared;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && Prefixes.TryGetValue(name[..slash], out var provider)) return Make(declared, provider, name[(slash + 1)..], null);
        if (name.StartsWith("models/", StringComparison.Ordinal)) name = name["models/".Length..];
        provider = name switch
        {
            _ when name.StartsWith("claude", StringComparison.Ordinal) => "anthropic",
            _ when name.StartsWith("gemini", StringComparison.Ordinal) => "gemini",
            _ when name.StartsWith("deepseek-", StringComparison.Ordinal) => "deepseek",
            _ => "openai",
        };
        return Make(declared, provider, name, null);
    }

    private static ModelChoice Make(string declared, string provider, string model, string? note)
    {
        var name = $"{provider}/{Blank().Replace(model.Trim(), "-")}";
        return ModelName.TryParse(name, out _) ? new ModelChoice(declared, name, note)
            : new ModelChoice(declared, "openai/gpt-4.1", "The model's name is not one a provider can have; openai/gpt-4.1 stands in.");
    }

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Blank();
}
