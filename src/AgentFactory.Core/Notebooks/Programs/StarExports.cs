using System.Collections.Frozen;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>What <c>from module import *</c> gives, for modules that agents are written with.</summary>
internal static class StarExports
{
    private static readonly FrozenDictionary<string, FrozenSet<string>> Known = new Dictionary<string, string>
    {
        ["agents"] = "Agent Runner function_tool FunctionTool handoff Handoff ModelSettings RunConfig RunContextWrapper WebSearchTool "
            + "FileSearchTool CodeInterpreterTool ComputerTool HostedMCPTool ImageGenerationTool LocalShellTool input_guardrail "
            + "output_guardrail InputGuardrail OutputGuardrail GuardrailFunctionOutput AgentOutputSchema OpenAIChatCompletionsModel "
            + "OpenAIResponsesModel set_default_openai_client set_default_openai_api set_default_openai_key set_tracing_disabled trace "
            + "SQLiteSession ItemHelpers",
        ["crewai"] = "Agent Task Crew Process LLM Flow",
        ["crewai.tools"] = "tool BaseTool",
        ["crewai.project"] = "CrewBase agent task crew before_kickoff after_kickoff",
        ["crewai_tools"] = "BaseTool tool SerperDevTool ScrapeWebsiteTool WebsiteSearchTool FileReadTool DirectoryReadTool MCPServerAdapter",
        ["swarm"] = "Swarm Agent",
        ["openai"] = "OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI ChatCompletion pydantic_function_tool",
        ["typing"] = "Any Annotated Callable Dict Generic Iterable Iterator List Literal Mapping NamedTuple Optional Sequence Set Tuple "
            + "Type TypedDict TypeVar Union",
        ["pydantic"] = "BaseModel Field ConfigDict field_validator model_validator",
        ["dataclasses"] = "dataclass field",
        ["enum"] = "Enum IntEnum StrEnum",
        ["textwrap"] = "dedent",
        ["functools"] = "partial wraps lru_cache cache",
    }.ToFrozenDictionary(e => e.Key, e => e.Value.Split(' ').ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Null when none of the modules is known to have the name.</summary>
    public static ExternalValue? Find(string name, IEnumerable<string> modules)
    {
        foreach (var module in modules)
        {
            if (Known.TryGetValue(module, out var names) && names.Contains(name)) return new ExternalValue($"{module}.{name}");
        }
        return null;
    }
}
