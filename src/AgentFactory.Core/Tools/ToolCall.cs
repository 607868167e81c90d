using System.Text.Json;
using AgentFactory.Core.Runs;

namespace AgentFactory.Core.Tools;

/// <summary>One call of a tool, as the run machine recorded it before it was made.</summary>
/// <param name="Tenant">On whose behalf.</param>
/// <param name="RunId">The run that calls; empty when a person tries the tool.</param>
/// <param name="CallId">The model's name for the call, unique in its run.</param>
/// <param name="Arguments">What the model sent; validated against the tool's schema before a runner sees it.</param>
/// <param name="IdempotencyKey">Stable over retries and recovery; passed outwards where the other side takes one.</param>
/// <param name="Depth">Nesting depth of the calling run, 0 for a run that a client started.</param>
public sealed record ToolCall(TenantId Tenant, Guid RunId, string CallId, JsonElement Arguments, string IdempotencyKey, int Depth = 0)
{
    /// <summary>What the run may still use; a child run gets no more than this.</summary>
    public RunLimits? Limits { get; init; }

    /// <summary>The model that the run's caller chose for every agent in it; null when each uses its own.</summary>
    public string? Model { get; init; }
}

/// <summary>What the model reads back. Untrusted text.</summary>
/// <param name="Content">Text, or JSON text when the tool returned a value.</param>
/// <param name="IsError">True when the tool failed; <paramref name="Content"/> then says how, without secrets.</param>
public sealed record ToolResult(string Content, bool IsError = false)
{
    /// <summary>True when the call was never made, because its arguments break the schema. The run machine bounds these.</summary>
    public bool Refused { get; init; }

    /// <summary>What a child run used, counted in its parent; null when the tool started none.</summary>
    public RunSpend? Child { get; init; }
}

/// <summary>Runs the tools of one kind. Implementations are thread-safe and hold no state of a call.</summary>
public interface IToolRunner
{
    ToolKind Kind { get; }

    /// <summary>
    /// How long a call may wait for its turn, on top of the tool's own time. Only a runner that holds the tool to its time itself has one.
    /// </summary>
    TimeSpan Queue => TimeSpan.Zero;

    /// <summary>
    /// Runs one call whose arguments satisfy the schema. Failures of the tool are a <see cref="ToolResult"/> with <c>IsError</c>;
    /// an exception means that the platform failed. The caller enforces the timeout through <paramref name="cancellationToken"/>.
    /// </summary>
    Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken);
}
