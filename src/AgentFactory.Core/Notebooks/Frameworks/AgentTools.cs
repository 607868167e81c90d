using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Drafts;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>Agents used as tools of other agents.</summary>
internal static class AgentTools
{
    /// <param name="parameters">The schema of a function that stood between; null for one text.</param>
    public static ToolDraft Of(AgentDraft agent, string name, string? description, Provenance origin, NotebookDraft draft,
        JsonObject? parameters = null) =>
        draft.ToolOf((agent, name), () =>
        {
            var tool = new ToolDraft
            {
                DeclaredName = name,
                Description = string.IsNullOrEmpty(description) ? $"Asks {agent.DisplayName}." : description,
                Parameters = parameters ?? OneText(),
                Agent = agent,
                Origin = origin,
            };
            return tool;
        });

    private static JsonObject OneText() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["input"] = new JsonObject { ["type"] = "string", ["description"] = "What to ask." } },
        ["required"] = new JsonArray("input"),
        ["additionalProperties"] = false,
    };
}
