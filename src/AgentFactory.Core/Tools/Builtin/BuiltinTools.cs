using AgentFactory.Core.Tools.Outbound;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>The tools that every tenant has. Thread-safe.</summary>
/// <param name="outbound">The way out for <c>http_request</c>; not disposed here.</param>
/// <param name="time">The clock of <c>current_time</c>.</param>
public sealed class BuiltinTools(OutboundHttp outbound, TimeProvider time) : IToolRunner
{
    private readonly Dictionary<string, IBuiltinTool> _tools = new IBuiltinTool[]
    {
        new CalculatorTool(),
        new CurrentTimeTool(time),
        new HttpRequestTool(outbound.Client),
        new JsonExtractTool(),
    }.ToDictionary(tool => tool.Definition.Name, StringComparer.Ordinal);

    public ToolKind Kind => ToolKind.Builtin;

    /// <summary>As models see them, in the order of their names.</summary>
    public IReadOnlyList<ToolDefinition> Definitions => [.. _tools.Values.Select(tool => tool.Definition)];

    public Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken) =>
        _tools.TryGetValue(tool.Name, out var builtin)
            ? builtin.RunAsync(call, cancellationToken)
            : Task.FromResult(new ToolResult($"This release has no built-in tool '{tool.Name}'.", IsError: true));
}
