using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace AgentFactory.Core.Runs;

/// <summary>Spans and metrics of runs. No content, and no label that grows with the number of tenants or runs.</summary>
internal static class RunTelemetry
{
    public const string Name = "AgentFactory.Runs";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    // Counted here: a listener that comes when runs are under way would see them end and never start.
    private static readonly ObservableUpDownCounter<int> Active = Meter.CreateObservableUpDownCounter(
        "agent_factory.runs.active", () => Volatile.Read(ref _active), "{run}", "Runs this process carries forward");
    private static readonly Counter<long> Finished = Meter.CreateCounter<long>(
        "agent_factory.runs.ended", "{run}", "Runs that ended here, by outcome");

    private static int _active;

    public static Activity? Start(NewRun run)
    {
        Interlocked.Increment(ref _active);
        return Source.StartActivity("invoke_agent")?
            .SetTag("gen_ai.operation.name", "invoke_agent")
            .SetTag("gen_ai.agent.id", Ids.Encode("agt", run.Start.AgentId))
            .SetTag("agent_factory.run.id", Ids.Encode("run", run.RunId));
    }

    public static void Stopped(Activity? activity, RunState state)
    {
        Interlocked.Decrement(ref _active);
        if (state.End is not { } end) return;
        var outcome = JsonNamingPolicy.SnakeCaseLower.ConvertName(end.Outcome.ToString());
        Finished.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        activity?.SetTag("agent_factory.run.outcome", outcome);
    }
}

/// <summary>What every log line of a run carries.</summary>
internal sealed class RunScope(Guid runId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly string _text = Ids.Encode("run", runId);

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new("run_id", _text) : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"run_id:{_text}";
}
