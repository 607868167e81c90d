using System.ComponentModel;
using System.Text.Json;
using AgentFactory.Core;

namespace AgentFactory.Server.Notebooks;

internal enum InstallChange
{
    Created,
    Updated,
    Unchanged,

    /// <summary>The agent has a new version that doesn't answer yet, since a person chose the one that does.</summary>
    Waiting,
}

/// <summary>What a conversion did to one agent or tool of the tenant.</summary>
internal sealed record InstalledThing(
    string Name,
    string Id,
    [property: Description("The agent's published version, the one that waits to be published, or the tool's revision.")] long Version,
    InstallChange Change,
    [property: Description("What the notebook calls it, where that name belonged to something else.")] string? RenamedFrom,
    [property: Description("The command that publishes the version that waits.")] string? Next = null);

internal sealed record Installed(IReadOnlyList<InstalledThing> Agents, IReadOnlyList<InstalledThing> Tools)
{
    public static readonly Installed Nothing = new([], []);
}

/// <summary>A conversion as it is shown.</summary>
internal sealed record NotebookResponse(
    string Id,
    string Name,
    string? FileName,
    string Sha256,
    [property: Description("The report for people, as plain text.")] string Report,
    IReadOnlyList<InstalledThing> Agents,
    IReadOnlyList<InstalledThing> Tools,
    [property: Description("Everything that was found, with its cell and line.")] JsonElement Conversion,
    DateTimeOffset CreatedAt)
{
    public const string Prefix = "nb";

    public static NotebookResponse Of(NotebookRow row)
    {
        var installed = row.ToInstalled();
        return new NotebookResponse(
            Ids.Encode(Prefix, row.NotebookId), row.Name, row.FileName, row.Sha256, row.Report, installed.Agents, installed.Tools,
            JsonElement.Parse(row.Conversion), row.CreatedAt);
    }
}

/// <summary>A conversion in a list.</summary>
internal sealed record NotebookSummary(
    string Id, string Name, string? FileName, string Sha256, IReadOnlyList<InstalledThing> Agents, IReadOnlyList<InstalledThing> Tools,
    DateTimeOffset CreatedAt)
{
    public static NotebookSummary Of(NotebookRow row)
    {
        var installed = row.ToInstalled();
        return new NotebookSummary(
            Ids.Encode(NotebookResponse.Prefix, row.NotebookId), row.Name, row.FileName, row.Sha256, installed.Agents, installed.Tools,
            row.CreatedAt);
    }
}
