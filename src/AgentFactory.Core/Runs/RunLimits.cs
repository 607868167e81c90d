namespace AgentFactory.Core.Runs;

/// <summary>Where a run stops by itself with <c>limit_reached</c>. Null means the default.</summary>
public sealed record RunLimits
{
    /// <summary>Model calls, 1 to 1,000; 25 unless set.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>Tool calls, 0 to 10,000; 100 unless set.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Input and output tokens together; 1,000,000 unless set.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>Cost in nano-units (1e-9) of the price table's currency; none unless set.</summary>
    public long? MaxCostNanoUnits { get; init; }

    /// <summary>Seconds of wall time from the start of the run, 1 to 86,400; 600 unless set.</summary>
    public int? MaxSeconds { get; init; }

    /// <summary>How deep agents may run agents, 0 to 16; 4 unless set.</summary>
    public int? MaxDepth { get; init; }
}
