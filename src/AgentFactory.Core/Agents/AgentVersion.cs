using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Agents;

/// <summary>One immutable version of an agent, with the tools as they were when it was made.</summary>
/// <param name="Number">1, 2, 3, … per agent.</param>
public sealed record AgentVersion(Guid Id, Guid AgentId, int Number, AgentDefinition Definition, IReadOnlyList<ToolDefinition> Tools);
