using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Drafts;

/// <summary>An agent as a rule found it, before names are given and links are made.</summary>
internal sealed class AgentDraft
{
    public required string Framework { get; init; }

    /// <summary>As the notebook gives it; null when the framework has no names.</summary>
    public string? DeclaredName { get; init; }

    /// <summary>What it is called when it has no name of its own.</summary>
    public string? FallbackName { get; set; }

    public List<string> Aliases { get; } = [];
    public required ModelChoice Model { get; set; }
    public required TextValue Instructions { get; set; }
    public string? Description { get; init; }
    public ModelSettings? Settings { get; init; }
    public JsonElement? OutputSchema { get; init; }
    public string? OutputType { get; init; }
    public List<ToolDraft> Tools { get; } = [];
    public List<UnavailableTool> Unavailable { get; } = [];
    public List<AgentDraft> Handoffs { get; } = [];
    public required Provenance Origin { get; init; }

    /// <summary>The call that makes it; several agents may come from one, in a loop or a factory.</summary>
    public required ExternalCall Call { get; init; }

    /// <summary>Another agent took its place; null when it stands.</summary>
    public AgentDraft? ReplacedBy { get; set; }

    public string DisplayName => DeclaredName ?? FallbackName ?? (Aliases.Count > 0 ? Aliases[0] : "agent");

    public void AddAlias(string? name)
    {
        if (!string.IsNullOrEmpty(name) && !Aliases.Contains(name)) Aliases.Add(name);
    }
}

/// <summary>The model of an agent.</summary>
/// <param name="Declared">As written in the notebook; null when it names none.</param>
/// <param name="Name"><c>provider/model</c>.</param>
/// <param name="Note">What a person should know about the choice; null when it is the notebook's own.</param>
internal sealed record ModelChoice(string? Declared, string Name, string? Note);
