using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Runs;

/// <summary>Checks final answers against the schema an agent promises.</summary>
internal static class OutputSchemas
{
    /// <summary>True when <paramref name="answer"/> is JSON that satisfies the agent's output schema.</summary>
    public static bool IsSatisfied(AgentVersion agent, string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return JsonSchema.Compile(agent.Definition.OutputSchema!.Value).Validate(document.RootElement).Count == 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
