namespace AgentFactory.Engines.Sandbox;

/// <summary>Where the sandbox finds what it needs. Everything has a default that suits a Linux distribution.</summary>
internal sealed record BubblewrapOptions
{
    /// <summary>The bubblewrap program; null looks in the usual places.</summary>
    public string? Bubblewrap { get; init; }

    /// <summary>The Python interpreter (3.9 or later), which may be the one of a virtual environment; null takes the system's.</summary>
    public string? Python { get; init; }

    /// <summary>
    /// Folders with more Python packages (as <c>pip install --target</c> makes them), readable by every tool of the installation.
    /// </summary>
    public IReadOnlyList<string> PackageFolders { get; init; } = [];

    /// <summary>Calls at the same time; more wait their turn. 1 to 1,000.</summary>
    public int MaxConcurrent { get; init; } = Math.Max(4, Environment.ProcessorCount * 4);
}
