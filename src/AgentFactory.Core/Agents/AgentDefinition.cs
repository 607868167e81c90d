using System.Text.Json;
using AgentFactory.Core.Runs;

namespace AgentFactory.Core.Agents;

/// <summary>What an agent is: instructions, a model, and what it may use. A version freezes one of these for ever.</summary>
public sealed record AgentDefinition
{
    /// <summary>
    /// Unique in the tenant: lower-case letters, digits and hyphens, 1 to 63 characters, beginning with a letter or digit.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What people see, at most 200 characters; defaults to the name.</summary>
    public string? Title { get; init; }

    /// <summary>What it is for, at most 2,000 characters. Other agents read it when they may hand off to this one.</summary>
    public string? Description { get; init; }

    /// <summary>The system prompt, at most 200,000 characters; may be empty.</summary>
    public string Instructions { get; init; } = "";

    /// <summary><c>provider/model</c>, for example <c>openai/gpt-4.1</c> or <c>demo/offline</c>.</summary>
    public required string Model { get; init; }

    public ModelSettings? Settings { get; init; }

    /// <summary>Names of tools of the tenant, or of built-in ones; at most 128, no name twice.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Names of agents of the tenant that this one may hand the conversation to; at most 32, no name twice.</summary>
    public IReadOnlyList<string> Handoffs { get; init; } = [];

    /// <summary>A JSON Schema that the final answer must satisfy; null for free text.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>Limits of each run of this agent; a run may ask for less, never for more.</summary>
    public RunLimits? Limits { get; init; }

    /// <summary>At most 32 pairs, keys up to 64 and values up to 1,024 characters. Never sent to a model.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>What is passed to the model with every call; null leaves the provider's default.</summary>
public sealed record ModelSettings
{
    /// <summary>0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>Above 0, at most 1.</summary>
    public double? TopP { get; init; }

    /// <summary>Tokens the model may write in one call, 1 to 1,000,000.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary><c>auto</c>, <c>none</c>, or to force a call until there is a result: <c>required</c> or the name of a tool.</summary>
    public string? ToolChoice { get; init; }
}
