using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Runs;

/// <summary>What a run used, as it stands in a column once the run has ended or waits.</summary>
internal sealed record RunTotals(TokenUsage Usage, long CostNanoUnits, bool CostIncomplete, int Turns, int ToolCalls)
{
    public static RunTotals Of(RunState state) => new(state.Usage, state.CostNanoUnits, state.CostIncomplete, state.Turns, state.ToolCalls);

    public static RunTotals Read(string text) => JsonSerializer.Deserialize<RunTotals>(text, Wire.Options)!;

    public string Write() => JsonSerializer.Serialize(this, Wire.Options);
}

/// <summary>A run as lists read it: its row, its first event, and its last one when it has ended.</summary>
internal sealed class RunRow
{
    public const string Select =
        """
        SELECT r.run_id AS RunId, r.status AS Status, r.metadata AS Metadata, r.totals AS Totals, r.created_at AS CreatedAt,
               r.ended_at AS EndedAt, r.last_seq AS LastSeq, s.type_version AS StartVersion, s.header AS StartHeader,
               e.type_version AS EndVersion, e.header AS EndHeader, e.body AS EndBody
        FROM runs r
        JOIN run_events s ON s.tenant_id = @tenant AND s.run_id = r.run_id AND s.seq = 1
        LEFT JOIN run_events e ON e.tenant_id = @tenant AND e.run_id = r.run_id AND e.seq = r.last_seq AND r.status = 'ended'
        """;

    public Guid RunId { get; init; }
    public string Status { get; init; } = "";
    public string Metadata { get; init; } = "";
    public string? Totals { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public long? LastSeq { get; init; }
    public int StartVersion { get; init; }
    public string StartHeader { get; init; } = "";
    public int? EndVersion { get; init; }
    public string? EndHeader { get; init; }
    public string? EndBody { get; init; }

    public RunStatus RunStatus => StoredEnum.Read<RunStatus>(Status);

    /// <summary>The caller's own pairs; they are in no event.</summary>
    public IReadOnlyDictionary<string, string> Pairs => StoredMetadata.Read(Metadata);

    /// <summary>The state of an ended run as far as anybody asks for it, without its conversation; null while it has not ended.</summary>
    public RunState? EndedState()
    {
        if (EndHeader is null) return null;
        var totals = RunTotals.Read(Totals!);
        return new RunState
        {
            Start = (RunStarted)Event(1, "run.started", StartVersion, CreatedAt, StartHeader, null).Fact,
            StartedAt = CreatedAt,
            EndedAt = EndedAt,
            LastSeq = LastSeq!.Value,
            End = (RunEnded)Event(LastSeq.Value, "run.ended", EndVersion!.Value, EndedAt!.Value, EndHeader, EndBody).Fact,
            Usage = totals.Usage,
            CostNanoUnits = totals.CostNanoUnits,
            CostIncomplete = totals.CostIncomplete,
            Turns = totals.Turns,
            ToolCalls = totals.ToolCalls,
        };
    }

    private static RunEvent Event(long seq, string type, int version, DateTimeOffset at, string header, string? body) =>
        new(seq, type, version, at, header, body, "", "");
}
