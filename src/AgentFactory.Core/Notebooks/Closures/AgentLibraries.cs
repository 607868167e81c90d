using System.Collections.Frozen;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>
/// Libraries that tools are declared with or watched by, which the platform replaces, so that a tool's program does without them.
/// </summary>
internal static class AgentLibraries
{
    private static readonly FrozenSet<string> Roots = new[]
    {
        "agents", "crewai", "crewai_tools", "swarm", "autogen", "autogen_agentchat", "autogen_core", "langchain", "langchain_core",
        "langgraph", "llama_index", "pydantic_ai", "smolagents", "semantic_kernel", "strands", "agno", "agentops", "langfuse",
        "langsmith", "weave", "opik", "mlflow", "traceloop", "openinference", "phoenix", "logfire", "literalai", "chainlit", "galileo",
        "judgeval", "braintrust", "lmnr", "wandb", "fastmcp", "mcp", "haystack", "ag2", "openai",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsFrameworkOrTracer(string path) => Roots.Contains(path.Split('.')[0])
        || path.StartsWith("google.adk.", StringComparison.Ordinal);
}
