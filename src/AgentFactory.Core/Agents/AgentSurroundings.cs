namespace AgentFactory.Core.Agents;

/// <summary>What an agent may refer to by name: the tenant's tools with the built-in ones, and the tenant's agents.</summary>
public sealed record AgentSurroundings(IReadOnlyCollection<string> Tools, IReadOnlyCollection<string> Agents);
