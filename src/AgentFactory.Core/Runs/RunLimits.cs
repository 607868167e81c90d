using System.Text.Json.Serialization;
using AgentFactory.Core.Models;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Where a run stops by itself with <c>limit_reached</c>. Null means the default. What child runs use counts in their parent: agents that
/// run agents escape no limit.
/// </summary>
public sealed record RunLimits
{
    /// <summary>Model calls, 1 to 1,000; 50 unless set.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>Tool calls, 0 to 10,000; 100 unless set.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Input and output tokens together, 1 to 1,000,000,000; 1,000,000 unless set.</summary>
    public long? MaxTokens { get; init; }

    /// <summary>
    /// Cost in nano-units (1e-9) of the price table's currency; none unless set. In JSON a decimal string: <c>"max_cost": "0.05"</c>.
    /// </summary>
    [JsonPropertyName("max_cost"), JsonConverter(typeof(NanoUnitsConverter))]
    public long? MaxCostNanoUnits { get; init; }

    /// <summary>Seconds of wall time from the start of the run, 1 to 86,400; 600 unless set.</summary>
    public int? MaxSeconds { get; init; }

    /// <summary>How deep agents may run agents, 0 to 16; 4 unless set.</summary>
    public int? MaxDepth { get; init; }
}

/// <summary>The limits a run was started with, all decided. Nothing a run does can raise them.</summary>
public sealed record EffectiveLimits(int MaxTurns, int MaxToolCalls, long MaxTokens, long? MaxCostNanoUnits, int MaxSeconds, int MaxDepth)
{
    public static readonly EffectiveLimits Default = new(50, 100, 1_000_000, null, 600, 4);

    /// <summary>The agent's limits over the defaults, then whatever the caller asked for where that is less.</summary>
    public static EffectiveLimits Of(RunLimits? agent, RunLimits? asked)
    {
        var own = new EffectiveLimits(
            agent?.MaxTurns ?? Default.MaxTurns, agent?.MaxToolCalls ?? Default.MaxToolCalls, agent?.MaxTokens ?? Default.MaxTokens,
            agent?.MaxCostNanoUnits, agent?.MaxSeconds ?? Default.MaxSeconds, agent?.MaxDepth ?? Default.MaxDepth);
        return asked is null ? own : new EffectiveLimits(
            Math.Min(own.MaxTurns, asked.MaxTurns ?? int.MaxValue), Math.Min(own.MaxToolCalls, asked.MaxToolCalls ?? int.MaxValue),
            Math.Min(own.MaxTokens, asked.MaxTokens ?? long.MaxValue), Least(own.MaxCostNanoUnits, asked.MaxCostNanoUnits),
            Math.Min(own.MaxSeconds, asked.MaxSeconds ?? int.MaxValue), Math.Min(own.MaxDepth, asked.MaxDepth ?? int.MaxValue));
    }

    /// <summary>
    /// What each of <paramref name="shares"/> child runs that start together may still use of their parent's limits; a zero lets a child
    /// run end before it does anything.
    /// </summary>
    public RunLimits Remaining(RunState parent, DateTimeOffset now, int shares)
    {
        var used = parent.Spend;
        return new RunLimits
        {
            MaxTurns = Math.Max(0, MaxTurns - used.Turns) / shares,
            MaxToolCalls = Math.Max(0, MaxToolCalls - used.ToolCalls) / shares,
            MaxTokens = Math.Max(0, MaxTokens - used.Usage.Total) / shares,
            MaxCostNanoUnits = MaxCostNanoUnits is { } cost ? Math.Max(0, cost - used.CostNanoUnits) / shares : null,
            MaxSeconds = (int)Math.Clamp(MaxSeconds - (now - parent.StartedAt).TotalSeconds, 0, MaxSeconds),
            MaxDepth = MaxDepth,
        };
    }

    private static long? Least(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}

/// <summary>What a run used, its child runs included.</summary>
/// <param name="CostIncomplete">True when the cost is a lower bound.</param>
/// <param name="Turns">Model calls that were answered.</param>
public sealed record RunSpend(TokenUsage Usage, long CostNanoUnits, bool CostIncomplete, int Turns, int ToolCalls);
