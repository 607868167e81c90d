using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Runs;

/// <summary>Checks final answers against the schema an agent promises.</summary>
internal static class OutputSchemas
{
    private static readonly ConditionalWeakTable<AgentVersion, JsonSchema> Compiled = [];

    /// <summary>True when <paramref name="answer"/> is JSON that satisfies the agent's output schema, or when it has none.</summary>
    public static bool IsSatisfied(AgentVersion agent, string answer)
    {
        if (agent.Definition.OutputSchema is not { } schema) return true;
        try
        {
            using var document = JsonDocument.Parse(answer);
            return Compiled.GetValue(agent, _ => JsonSchema.Compile(schema)).Validate(document.RootElement).Count == 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
