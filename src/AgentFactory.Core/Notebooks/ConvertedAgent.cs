using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Notebooks;

/// <summary>An agent of the notebook.</summary>
/// <param name="Definition">Ready to be created: a valid name, unique in the conversion, and a model as <c>provider/model</c>.</param>
/// <param name="DeclaredName">The name the notebook gives it; null when the framework gives none.</param>
/// <param name="Aliases">Names of Python variables and functions that stand for it.</param>
/// <param name="Origin">Where it is made.</param>
public sealed record ConvertedAgent(AgentDefinition Definition, string? DeclaredName, IReadOnlyList<string> Aliases, Provenance Origin)
{
    /// <summary>The framework's distribution or API, for example <c>openai-agents</c>.</summary>
    public required string Framework { get; init; }

    /// <summary>The model as the notebook writes it; null when it names none.</summary>
    public string? DeclaredModel { get; init; }

    /// <summary>The Python class of the answer; null for free text.</summary>
    public string? OutputType { get; init; }

    /// <summary>Names of <see cref="NotebookConversion.UnavailableTools"/> this agent uses in the notebook.</summary>
    public IReadOnlyList<string> UnavailableTools { get; init; } = [];
}

/// <summary>A tool of the notebook that the platform can run.</summary>
/// <param name="Definition">Ready to be created.</param>
/// <param name="Origin">Where it is defined.</param>
public sealed record ConvertedTool(ToolDefinition Definition, Provenance Origin)
{
    /// <summary>The name the notebook's model sees, where it differs from the definition's.</summary>
    public string? DeclaredName { get; init; }

    /// <summary>Names of Python variables, functions and classes that stand for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Module variables the tool changes: each call starts from the notebook's value, changes are not kept.</summary>
    public IReadOnlyList<string> State { get; init; } = [];

    /// <summary>
    /// What the code does that a person must grant: <c>network</c>, <c>files</c>, <c>processes</c>, <c>code</c> (eval), <c>input</c>.
    /// </summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>A tool that was left out, because the notebook holds no code that can run for it.</summary>
/// <param name="Name">As the notebook's framework calls it; hosted tools as <c>hosted:web_search</c>.</param>
/// <param name="Kind"><c>hosted</c>, <c>library</c>, <c>mcp</c> or <c>function</c> (declared, with no code that answers it).</param>
public sealed record UnavailableTool(string Name, string Kind, string Why, string Next, Provenance Origin)
{
    /// <summary>What the notebook tells the model about it; null when the notebook does not say.</summary>
    public string? Description { get; init; }

    /// <summary>Its JSON Schema; null when the notebook does not say.</summary>
    public JsonElement? Parameters { get; init; }
}

/// <summary>How the agents work together.</summary>
/// <param name="Kind">
/// <c>single</c>, <c>tool-loop</c>, <c>rag</c>, <c>handoff</c>, <c>agents-as-tools</c>, <c>sequential</c>, <c>hierarchical</c>,
/// <c>evaluator-loop</c>, <c>guardrail</c> or <c>separate</c> (several agents, nothing that joins them).
/// </param>
public sealed record ConvertedFlow(string Kind)
{
    /// <summary>Names of agent definitions; <c>START</c> and <c>END</c> stand only in <see cref="Edges"/>.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    public IReadOnlyList<FlowEdge> Edges { get; init; } = [];

    /// <summary>The tasks of a sequential flow, in order.</summary>
    public IReadOnlyList<FlowStep> Steps { get; init; } = [];
}

public sealed record FlowEdge(string From, string To);

/// <summary>One task of a flow.</summary>
/// <param name="Agent">The agent definition that does it; null when the notebook leaves that to a manager.</param>
/// <param name="Task">What is asked, with the notebook's placeholders.</param>
/// <param name="ExpectedOutput">What the notebook expects back.</param>
/// <param name="Context">Indexes of the steps whose answers this one reads.</param>
public sealed record FlowStep(string? Agent, string Task, string? ExpectedOutput, IReadOnlyList<int> Context, Provenance Origin);
