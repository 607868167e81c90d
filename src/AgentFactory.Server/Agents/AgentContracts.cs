using System.ComponentModel;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Agents;

/// <summary>An agent as it is shown: the definition is that of the version that answers.</summary>
internal sealed record AgentResponse(
    string Id, string Name, int PublishedVersion, int LatestVersion, AgentDefinition Definition, long Revision, DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static AgentResponse Of(AgentRow agent, AgentDefinition published) => new(
        Ids.Encode(AgentReader.AgentPrefix, agent.AgentId), agent.Name, agent.PublishedVersion, agent.LatestVersion, published,
        agent.Revision, agent.CreatedAt, agent.UpdatedAt);
}

/// <summary>An agent in a list.</summary>
internal sealed record AgentSummary(
    string Id, string Name, string? Title, string? Description, string Model, int PublishedVersion, int LatestVersion, long Revision,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AgentSummary Of(AgentListRow row) => new(
        Ids.Encode(AgentReader.AgentPrefix, row.AgentId), row.Name, row.Title, row.Description, row.Model, row.Number, row.LatestVersion,
        row.Revision, row.CreatedAt, row.UpdatedAt);
}

/// <summary>One immutable version, with the tools as they were when it was made.</summary>
internal sealed record AgentVersionResponse(
    string Id, string Agent, int Number, bool Published, AgentDefinition Definition, IReadOnlyList<ToolDefinition> Tools,
    DateTimeOffset CreatedAt)
{
    public const string Prefix = "ver";

    public static AgentVersionResponse Of(AgentRow agent, AgentVersionRow row)
    {
        var version = row.ToVersion();
        return new AgentVersionResponse(
            Ids.Encode(Prefix, row.VersionId), Ids.Encode(AgentReader.AgentPrefix, row.AgentId), row.Number,
            row.VersionId == agent.PublishedId, version.Definition, version.Tools, row.CreatedAt);
    }
}

/// <summary>A version in a list.</summary>
internal sealed record AgentVersionSummary(
    string Id, int Number, bool Published, string? Title, string? Description, string Model, DateTimeOffset CreatedAt)
{
    public static AgentVersionSummary Of(AgentRow agent, AgentListRow row) => new(
        Ids.Encode(AgentVersionResponse.Prefix, row.Id), row.Number, row.Id == agent.PublishedId, row.Title, row.Description, row.Model,
        row.CreatedAt);
}

internal sealed record PublishRequest([property: Description("The number of the version that is to answer.")] int Version);

/// <summary>An empty object; what to go back to is known.</summary>
internal sealed record RollbackRequest;
