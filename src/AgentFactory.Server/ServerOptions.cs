using Microsoft.Extensions.Logging;

namespace AgentFactory.Server;

/// <summary>What decides how one process serves. Nothing else about it comes from outside.</summary>
internal sealed record ServerOptions
{
    /// <summary>The data folder. It is made when missing; another process that owns it makes the start fail.</summary>
    public required string DataPath { get; init; }

    /// <summary>Addresses to listen on (<c>http://127.0.0.1:8080</c>) beside the folder's socket; none by default.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>The operator's environment: provider keys, OTEL_* and AGENT_FACTORY_* settings.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>
    /// The least serious line that is logged, to standard error. <c>AGENT_FACTORY_LOG</c> when null; else information for a process that
    /// listens on an address, and warning for one that only serves itself.
    /// </summary>
    public LogLevel? Log { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
