namespace AgentFactory.Core.Notebooks;

/// <summary>
/// What a notebook holds, as the platform can run it, and what it holds that the platform cannot. A plain value: it is stored, returned
/// by the API
/// and written as files. Converting the same bytes with the same options gives the same value. No literal secret of the notebook is in it.
/// </summary>
public sealed record NotebookConversion
{
    /// <summary>The file's name as a slug, <c>notebook</c> when there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The file's own name, without folders; null when it is not known.</summary>
    public string? FileName { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The language of the notebook's kernel, <c>python</c> when it names none.</summary>
    public required string Language { get; init; }

    public IReadOnlyList<ConvertedAgent> Agents { get; init; } = [];
    public IReadOnlyList<ConvertedTool> Tools { get; init; } = [];

    /// <summary>Tools of the notebook's agents that cannot run here and are left out of the definitions.</summary>
    public IReadOnlyList<UnavailableTool> UnavailableTools { get; init; } = [];

    /// <summary>How the agents work together; null when there is no agent.</summary>
    public ConvertedFlow? Flow { get; init; }

    public IReadOnlyList<NotebookPackage> Packages { get; init; } = [];
    public IReadOnlyList<NotebookSecret> Secrets { get; init; } = [];
    public IReadOnlyList<KnowledgeSource> Knowledge { get; init; } = [];

    /// <summary>
    /// Inputs the notebook gives to its agents, with the saved output of the cell where there is one: recorded, not verified.
    /// </summary>
    public IReadOnlyList<ExampleInput> Examples { get; init; } = [];

    /// <summary>What a person should know about the things that were converted, in notebook order.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public IReadOnlyList<NotConverted> NotConverted { get; init; } = [];

    /// <summary>Every cell of the notebook, in order.</summary>
    public IReadOnlyList<CellReport> Cells { get; init; } = [];

    /// <summary>The report for people, as plain text: a summary, then every agent, tool, finding and cell.</summary>
    public string ToReport() => ConversionReport.Write(this);
}

/// <summary>What people told the conversion.</summary>
public sealed record ConversionOptions
{
    /// <summary>The file's name; folders are dropped. Names the conversion and agents that have no name of their own.</summary>
    public string? FileName { get; init; }

    /// <summary><c>provider/model</c> that every agent gets instead of the notebook's; null keeps the notebook's.</summary>
    public string? Model { get; init; }
}
