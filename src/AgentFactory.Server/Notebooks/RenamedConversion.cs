using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Notebooks;

/// <summary>
/// A conversion with the names its agents and tools have in the tenant, everywhere one refers to another and in the report.
/// </summary>
internal static class RenamedConversion
{
    public static NotebookConversion Of(NotebookConversion conversion, InstalledNames names) => conversion with
    {
        Agents = [.. conversion.Agents.Select(a => a with { Definition = Of(a.Definition, names) })],
        Tools = [.. conversion.Tools.Select(t => t with { Definition = Of(t.Definition, names) })],
        Flow = conversion.Flow is { } flow ? Of(flow, names) : null,
        Examples = [.. conversion.Examples.Select(e => e.Agent is null ? e : e with { Agent = names.Agent(e.Agent) })],
        Findings = [.. conversion.Findings.Select(
            f => f with { About = names.Agents.ContainsKey(f.About) ? names.Agent(f.About) : names.Tool(f.About) })],
    };

    private static AgentDefinition Of(AgentDefinition agent, InstalledNames names) => agent with
    {
        Name = names.Agent(agent.Name),
        Tools = [.. agent.Tools.Select(names.Tool)],
        Handoffs = [.. agent.Handoffs.Select(names.Agent)],
        Settings = agent.Settings is { ToolChoice: { } choice } settings
            ? settings with { ToolChoice = names.Tool(choice) } : agent.Settings,
    };

    private static ToolDefinition Of(ToolDefinition tool, InstalledNames names) =>
        tool with { Name = names.Tool(tool.Name), Agent = tool.Agent is null ? null : names.Agent(tool.Agent) };

    private static ConvertedFlow Of(ConvertedFlow flow, InstalledNames names) => flow with
    {
        Nodes = [.. flow.Nodes.Select(names.Agent)],
        Edges = [.. flow.Edges.Select(e => new FlowEdge(names.Agent(e.From), names.Agent(e.To)))],
        Steps = [.. flow.Steps.Select(s => s.Agent is null ? s : s with { Agent = names.Agent(s.Agent) })],
    };
}
