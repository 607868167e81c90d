using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Tools;

/// <summary>A tool as it is stored, or a built-in one in the same form.</summary>
internal sealed class ToolRow
{
    public Guid ToolId { get; init; }
    public string Name { get; init; } = "";
    public string Definition { get; init; } = "";

    /// <summary>The notebook that made it, and what it was called there; null for one that a person made.</summary>
    public string? OriginNotebook { get; init; }
    public string? OriginName { get; init; }

    public long Revision { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public bool IsBuiltin { get; init; }

    public ToolDefinition ToDefinition() => JsonSerializer.Deserialize<ToolDefinition>(Definition, Wire.Options)!;

    public static string Write(ToolDefinition definition) => JsonSerializer.Serialize(definition, Wire.Options);
}
