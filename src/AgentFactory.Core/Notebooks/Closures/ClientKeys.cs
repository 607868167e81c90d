namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>The environment variables that client libraries read by themselves.</summary>
internal static class ClientKeys
{
    public static string? Find(string module) => module switch
    {
        "openai" or "agents" or "swarm" => "OPENAI_API_KEY",
        "anthropic" => "ANTHROPIC_API_KEY",
        "tavily" => "TAVILY_API_KEY",
        "groq" => "GROQ_API_KEY",
        "mistralai" => "MISTRAL_API_KEY",
        "cohere" => "COHERE_API_KEY",
        "together" => "TOGETHER_API_KEY",
        "exa_py" => "EXA_API_KEY",
        "firecrawl" => "FIRECRAWL_API_KEY",
        "elevenlabs" => "ELEVENLABS_API_KEY",
        "replicate" => "REPLICATE_API_TOKEN",
        _ => null,
    };
}
