namespace AgentFactory.Core.Notebooks;

/// <summary>A distribution the notebook installs or imports.</summary>
/// <param name="Name">As pip calls it, in lower case with hyphens.</param>
/// <param name="Version">The version specifier as written, for example <c>==1.2.0</c>; null when there is none.</param>
/// <param name="Installed">The notebook installs it itself.</param>
/// <param name="Imported">The notebook imports it.</param>
public sealed record NotebookPackage(string Name, string? Version, bool Installed, bool Imported);

/// <summary>A secret the notebook needs, by name only.</summary>
/// <param name="Name">The environment variable.</param>
/// <param name="LiteralRemoved">The notebook holds a value, which was removed. It should count as known to others: replace it.</param>
/// <param name="Origin">The first place that needs it.</param>
public sealed record NotebookSecret(string Name, bool LiteralRemoved, Provenance Origin);

/// <summary>
/// Something the notebook's agents or tools read: a file, folder, URL, data set or vector store. Not fetched by the conversion.
/// </summary>
/// <param name="Kind"><c>file</c>, <c>folder</c>, <c>url</c>, <c>dataset</c> or <c>vector-store</c>.</param>
public sealed record KnowledgeSource(string Kind, string Source, Provenance Origin);

/// <summary>An input the notebook gives to an agent.</summary>
/// <param name="Agent">The agent definition's name; null when it goes to a crew.</param>
/// <param name="RecordedOutput">
/// Text output saved with the cell, at most 4,000 characters; nobody has checked it. Null when there is none or it is an error.
/// </param>
public sealed record ExampleInput(string? Agent, string Input, string? RecordedOutput, Provenance Origin);

public enum FindingLevel
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>The agent or tool works, but not quite as in the notebook.</summary>
    Warning,

    /// <summary>Something needs a person before the agent or tool works.</summary>
    Action,
}

/// <summary>Something about a converted thing.</summary>
/// <param name="About">The agent, tool or secret it is about.</param>
/// <param name="What">What was found.</param>
/// <param name="Next">What to do; null when nothing needs doing.</param>
public sealed record Finding(FindingLevel Level, string About, string What, string? Next, Provenance Origin);

/// <summary>Something that looks like part of an agent and was not converted.</summary>
/// <param name="Framework">The framework it belongs to; null when none.</param>
public sealed record NotConverted(string What, string? Framework, string Why, string Next, Provenance Origin);

public enum CellOutcome
{
    /// <summary>An agent, tool or flow of the conversion is made here.</summary>
    Converted,

    /// <summary>The conversion uses something of it: an import, a constant, an installation, an example.</summary>
    Support,

    /// <summary>It has nothing to do with an agent.</summary>
    Ignored,

    /// <summary>It has, and was not converted.</summary>
    NotConverted,
}

/// <summary>What became of a cell.</summary>
/// <param name="Type"><c>code</c>, <c>markdown</c> or <c>raw</c>.</param>
/// <param name="Reason">Why it has this outcome.</param>
/// <param name="Next">What to do; null when nothing needs doing.</param>
public sealed record CellReport(int Index, string Type, CellOutcome Outcome, string Reason, string? Next);
