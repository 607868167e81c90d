using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary>The words of the OpenAI Agents SDK (distribution <c>openai-agents</c>, module <c>agents</c>).</summary>
internal static class AgentsSdk
{
    public const string Name = "openai-agents";
    public const string DefaultModel = "openai/gpt-4.1";

    /// <summary>Parameters of tools and instructions that the SDK passes by itself.</summary>
    public static readonly IReadOnlySet<string> ContextTypes =
        new HashSet<string>(StringComparer.Ordinal) { "RunContextWrapper", "ToolContext", "RunContext", "AgentHookContext" };

    private static readonly Dictionary<string, string> Hosted = new(StringComparer.Ordinal)
    {
        ["WebSearchTool"] = "hosted:web_search",
        ["FileSearchTool"] = "hosted:file_search",
        ["CodeInterpreterTool"] = "hosted:code_interpreter",
        ["ComputerTool"] = "hosted:computer_use",
        ["ImageGenerationTool"] = "hosted:image_generation",
        ["LocalShellTool"] = "hosted:shell",
        ["ShellTool"] = "hosted:shell",
        ["ApplyPatchTool"] = "hosted:apply_patch",
        ["HostedMCPTool"] = "hosted:mcp",
    };

    public static bool IsAgent(ExternalCall call) => Is(call.Path, "Agent");

    public static bool IsClone(ExternalCall call) => call is { Root.Call: var origin, Member: "clone" }
        && (IsAgent(origin) || IsClone(origin));

    public static bool IsRun(ExternalCall call) =>
        call.Path is "agents.Runner.run" or "agents.Runner.run_sync" or "agents.Runner.run_streamed"
            or "agents.run.Runner.run" or "agents.run.Runner.run_sync" or "agents.run.Runner.run_streamed";

    public static bool Is(string path, string member) => path.StartsWith("agents.", StringComparison.Ordinal)
        && path.EndsWith("." + member, StringComparison.Ordinal) && path.Count(c => c == '.') <= 4
            && !path.Contains("()", StringComparison.Ordinal);

    public static string? HostedName(ExternalCall call) => call.Path.StartsWith("agents.", StringComparison.Ordinal)
        ? Hosted.GetValueOrDefault(call.Member) : null;

    public static Decoration? ToolDecoration(FunctionValue function) => function.Decorations.Find(d => Is(d.Path, "function_tool"));
}
