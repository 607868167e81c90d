using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>A tool as a rule found it: a function of the notebook, or an agent used as one.</summary>
internal sealed class ToolDraft
{
    /// <summary>As the notebook's model sees it.</summary>
    public required string DeclaredName { get; init; }

    public List<string> Aliases { get; } = [];
    public required string Description { get; init; }
    public required JsonObject Parameters { get; init; }

    /// <summary>Null for an agent.</summary>
    public FunctionValue? Function { get; init; }

    /// <summary>How the function is called; null for an agent.</summary>
    public ToolEntry? Entry { get; init; }

    public AgentDraft? Agent { get; init; }
    public required Provenance Origin { get; init; }

    public void AddAlias(string? name)
    {
        if (!string.IsNullOrEmpty(name) && name != DeclaredName && !Aliases.Contains(name)) Aliases.Add(name);
    }
}
