namespace AgentFactory.Core.Tools;

/// <summary>
/// A place where untrusted Python runs: no network unless granted, read-only root, a scratch folder, limits. One seam, several engines.
/// </summary>
public interface ISandbox
{
    /// <summary>What <c>doctor</c> and <c>/health</c> call it, for example <c>bubblewrap</c>.</summary>
    string Name { get; }

    /// <summary>Tries the sandbox for real once and remembers the answer. Null when it works, else the reason and how to get it.</summary>
    Task<string?> SelfTestAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs one call. Never throws for what the program does; throws <see cref="AgentFactoryException"/> when there is no sandbox.
    /// </summary>
    Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellationToken);
}

/// <summary>One call of a Python function.</summary>
/// <param name="Program">The module and the function.</param>
/// <param name="ArgumentsJson">A JSON object passed as keyword arguments.</param>
/// <param name="Environment">Variables set for the call, secrets among them; never logged.</param>
public sealed record SandboxRequest(PythonProgram Program, string ArgumentsJson, IReadOnlyDictionary<string, string> Environment)
{
    public SandboxLimits Limits { get; init; } = new();
}

/// <summary>What one call may use.</summary>
public sealed record SandboxLimits
{
    public TimeSpan WallTime { get; init; } = TimeSpan.FromSeconds(30);
    public int CpuSeconds { get; init; } = 30;
    public long MemoryBytes { get; init; } = 512L << 20;
    public long FileBytes { get; init; } = 64L << 20;
    public int Processes { get; init; } = 64;
    public int OutputBytes { get; init; } = 256 << 10;
}

/// <param name="Json">The returned value as JSON; null when the call failed.</param>
/// <param name="Error">Why it failed, for the model: the exception's type and message, or the limit that was hit. Null on success.</param>
/// <param name="Output">What the program printed, cut at the limit.</param>
public sealed record SandboxResult(string? Json, string? Error, string Output);
