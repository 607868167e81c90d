using System.ComponentModel;
using System.Text.Json;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Tools;

/// <summary>A tool as it is sent, to make one or to replace one.</summary>
internal sealed record ToolRequest
{
    [Description("1 to 64 characters of a-z, A-Z, 0-9, _ and -. Fixed once the tool is made.")]
    public required string Name { get; init; }

    [Description("What the model reads to decide when to call it, at most 4,096 characters.")]
    public string Description { get; init; } = "";

    [Description("JSON Schema 2020-12 of the arguments: an object schema of at most 64 KiB.")]
    public required JsonElement Parameters { get; init; }

    [Description("python or agent.")]
    public required ToolKind Kind { get; init; }

    [Description(
        "What repeating a call does. Left out: read for Python without a network, once for Python with one, idempotent for an agent.")]
    public ToolEffect? Effect { get; init; }

    [Description("Seconds a call may take, 1 to 600.")]
    public int TimeoutSeconds { get; init; } = 30;

    [Description("The program of a python tool.")]
    public PythonProgram? Python { get; init; }

    [Description("The name of the agent that an agent tool runs.")]
    public string? Agent { get; init; }

    public ToolDefinition ToDefinition() => new()
    {
        Name = Name,
        Description = Description,
        Parameters = Parameters,
        Kind = Kind,
        Effect = Effect ?? ToolEffects.DefaultOf(Kind, Python),
        TimeoutSeconds = TimeoutSeconds,
        Python = Python,
        Agent = Agent,
    };
}

/// <summary>A tool as it is shown. Built-in ones have no revision and no dates: they come with the release.</summary>
internal sealed record ToolResponse(
    string Id, string Name, string Description, ToolKind Kind, ToolEffect Effect, int TimeoutSeconds, JsonElement Parameters,
    PythonProgram? Python, string? Agent, long? Revision, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt)
{
    public const string Prefix = "tol";

    public static ToolResponse Of(ToolRow row)
    {
        var tool = row.ToDefinition();
        return new ToolResponse(
            Core.Ids.Encode(Prefix, row.ToolId), tool.Name, tool.Description, tool.Kind, tool.Effect, tool.TimeoutSeconds, tool.Parameters,
            tool.Python, tool.Agent,
            row.IsBuiltin ? null : row.Revision, row.IsBuiltin ? null : row.CreatedAt, row.IsBuiltin ? null : row.UpdatedAt);
    }
}

/// <summary>A call that a person makes to try a tool.</summary>
internal sealed record ToolTrial([property: Description("An object that satisfies the tool's schema.")] JsonElement? Arguments);

/// <summary>What the tool returned. <paramref name="Content"/> is untrusted text.</summary>
internal sealed record ToolTrialResult(string Content, bool IsError, long DurationMs);
