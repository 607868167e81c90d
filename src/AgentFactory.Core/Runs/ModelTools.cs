using System.Collections.Concurrent;
using System.Text.Json;
using AgentFactory.Core.Agents;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Runs;

/// <summary>The tools of agent versions as a model sees them, hand-offs included.</summary>
internal sealed class ModelTools(IAgentCatalog agents)
{
    private const string HandoffPrefix = "transfer_to_";
    private const int MostVersions = 10_000;

    private static readonly JsonElement HandoffParameters =
        JsonElement.Parse("""{"type":"object","properties":{},"additionalProperties":false}""");

    private readonly ConcurrentDictionary<Guid, IReadOnlyList<AITool>> _cache = new();

    public async ValueTask<IReadOnlyList<AITool>> OfAsync(TenantId tenant, AgentVersion agent, CancellationToken cancellationToken)
    {
        if (!_cache.TryGetValue(agent.Id, out var own))
        {
            // Versions are immutable: dropping all of them now and then costs a little work and bounds the memory.
            if (_cache.Count > MostVersions) _cache.Clear();
            own = _cache[agent.Id] = [.. agent.Tools.Select(t => new ModelTool(t.Name, t.Description, t.Parameters))];
        }
        if (agent.Definition.Handoffs.Count == 0) return own;
        var tools = new List<AITool>(own);
        foreach (var name in agent.Definition.Handoffs)
        {
            // What the other agent is for is read when it is asked, as it may have been published anew since.
            var purpose = (await agents.FindPublishedAsync(tenant, name, cancellationToken))?.Definition.Description;
            if (Handoff(agent, HandoffTool(name)) == name)
                tools.Add(
                    new ModelTool(HandoffTool(name), $"Hand the conversation over to {name}. {purpose}".TrimEnd(), HandoffParameters));
        }
        return tools;
    }

    /// <summary>
    /// The agent that <paramref name="tool"/> hands over to; null when it is no way out of <paramref name="agent"/>. A real tool of that
    /// name wins.
    /// </summary>
    public static string? Handoff(AgentVersion agent, string tool) => agent.Tools.Any(t => t.Name == tool)
        ? null
        : agent.Definition.Handoffs.FirstOrDefault(h => HandoffTool(h) == tool);

    /// <summary>All that a model may call, for the sentence that tells it so.</summary>
    public static string Names(AgentVersion agent)
    {
        var names = agent.Tools.Select(t => t.Name).Concat(agent.Definition.Handoffs.Select(HandoffTool)).Distinct().ToList();
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    /// <summary>Agents have hyphens in their names and no underscores, so two never share a tool.</summary>
    private static string HandoffTool(string agent) => HandoffPrefix + agent.Replace('-', '_');

    /// <summary>A declaration only: the run machine makes the calls.</summary>
    private sealed class ModelTool(string name, string description, JsonElement schema) : AIFunctionDeclaration
    {
        public override string Name => name;
        public override string Description => description;
        public override JsonElement JsonSchema => schema;
    }
}
