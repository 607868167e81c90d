using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Agents;

/// <summary>An agent that is not deleted.</summary>
internal sealed class AgentRow
{
    public Guid AgentId { get; init; }
    public string Name { get; init; } = "";
    public Guid PublishedId { get; init; }
    public int PublishedVersion { get; init; }
    public int LatestVersion { get; init; }

    /// <summary>The notebook that made it, and what it was called there; null for one that a person made.</summary>
    public string? OriginNotebook { get; init; }
    public string? OriginName { get; init; }

    public long Revision { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What lists show of an agent, or of a version, without reading its definition.</summary>
internal sealed class AgentListRow
{
    public Guid Id { get; init; }
    public Guid AgentId { get; init; }
    public string Name { get; init; } = "";
    public string? Title { get; init; }
    public string? Description { get; init; }
    public string Model { get; init; } = "";
    public int Number { get; init; }
    public int LatestVersion { get; init; }
    public long Revision { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>One immutable version as it is stored.</summary>
internal sealed class AgentVersionRow
{
    public Guid VersionId { get; init; }
    public Guid AgentId { get; init; }
    public int Number { get; init; }
    public string Definition { get; init; } = "";
    public string Tools { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Near enough what the version takes in memory, in bytes.</summary>
    public long Size => 2L * (Definition.Length + Tools.Length) + 1_000;

    public AgentVersion ToVersion() => new(
        VersionId, AgentId, Number, AgentDocument.FromJson(Definition),
        JsonSerializer.Deserialize<List<ToolDefinition>>(Tools, Wire.Options)!);

    public static string Write(IReadOnlyList<ToolDefinition> tools) => JsonSerializer.Serialize(tools, Wire.Options);
}
