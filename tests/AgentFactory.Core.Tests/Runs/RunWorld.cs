using System.Collections.Immutable;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Runs;

/// <summary>What a model asks for in one call, and what comes of it.</summary>
internal enum Ask
{
    Read,
    Idempotent,
    Once,

    /// <summary>A tool that isn't there, or arguments that are none.</summary>
    Refused,
    Handoff,
}

/// <summary>
/// A model and tools decided in advance, a journal in memory, and a process that may die anywhere: the run machine without anything
/// around it, so that thousands of histories can be tried.
/// </summary>
internal sealed class RunWorld(IReadOnlyList<ImmutableArray<Ask>> script, EffectiveLimits limits)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly List<RunFact> _unsaved = [];
    private DateTimeOffset _now = Start;

    public List<RunEvent> Journal { get; } = [];

    /// <summary>What reached the outside, by call id.</summary>
    public Dictionary<string, int> Effects { get; } = [];

    public int ModelCalls { get; private set; }

    /// <summary>Somebody wants the run cancelled; a process that dies doesn't forget that.</summary>
    public bool CancelRequested { get; set; }

    public RunState State { get; private set; } = RunState.Empty;

    /// <summary>
    /// Runs until the run ends, waits, or <paramref name="dies"/> says that the process is gone (asked before every act).
    /// </summary>
    public void Run(Func<string, bool> dies)
    {
        State = RunFold.Fold(Journal);
        _unsaved.Clear();
        if (Journal.Count == 0) Record(Started(limits));
        while (true)
        {
            _now = _now.AddMilliseconds(1);
            switch (RunMachine.Decide(State, _now, CancelRequested))
            {
                case CallModel call:
                    Record(new ModelRequested(call.Turn, call.Attempt, "demo/offline", "k"));
                    if (!Save(dies) || dies("model")) return;
                    ModelCalls++;
                    if (dies("model answered")) return;
                    Record(Answer(call.Turn));
                    break;
                case CallTools tools:
                    foreach (var call in tools.Calls)
                        Record(AskOf(call.Request) == Ask.Refused
                            ? new ToolResponded(call.Request.Id, call.Request.Tool, true, true, 0) { Body = new ToolOutput("no") }
                            : new ToolRequested(call.Request.Id, call.Request.Tool, EffectOf(call.Request), "k", call.Attempts + 1));
                    if (!Save(dies)) return;
                    foreach (var call in tools.Calls.Where(c => AskOf(c.Request) != Ask.Refused))
                    {
                        if (dies("tool")) return;
                        Effects[call.Request.Id] = Effects.GetValueOrDefault(call.Request.Id) + 1;
                        if (dies("tool answered")) return;
                        Record(new ToolResponded(
                            call.Request.Id, call.Request.Tool, false, false, 0)
                        { Body = new ToolOutput("ok " + call.Request.Id) });
                        if (!Save(dies)) return;
                    }
                    break;
                case HandOff handOff:
                    foreach (var call in handOff.Refused)
                        Record(new ToolResponded(
                            call.Request.Id, call.Request.Tool, true, true, 0)
                        { Body = new ToolOutput("one is enough") });
                    Record(new HandoffMade(handOff.Call.Request.Id, Guid.Empty, "b", Next, 1, "demo/offline"));
                    break;
                case AbandonAttempt lost:
                    Record(new ModelAttemptAbandoned(lost.Lost.Turn, lost.Lost.Attempt));
                    break;
                case MarkUnknown mark:
                    foreach (var call in mark.Calls) Record(new ToolOutcomeUnknown(call.Request.Id, call.Request.Tool));
                    break;
                case EndRun end:
                    Record(new RunEnded(end.Outcome, end.Code) { Body = new RunResult(end.Output, end.Message) });
                    if (!Save(dies)) return;
                    break;
                default:
                    Save(_ => false);
                    return;
            }
        }
    }

    /// <summary>The version that a hand-off leads to.</summary>
    public static readonly Guid Next = Guid.AllBitsSet;

    public static RunStarted Started(EffectiveLimits limits) =>
        new(Guid.Empty, "a", Guid.Empty, 1, "demo/offline", null, false, limits, 0, null) { Body = new RunInput("hello") };

    private ModelResponded Answer(int turn)
    {
        var asks = turn <= script.Count ? script[turn - 1] : [];
        var calls = asks.Select((ask, i) => new CallName($"{turn}.{i}.{ask}", "t", ask == Ask.Handoff)).ToArray();
        return new ModelResponded(turn, "stop", new TokenUsage(10, 5), 7, null, calls)
        {
            Body = new ModelAnswer($"text {turn}", [.. calls.Select(_ => "{}")]),
        };
    }

    private static Ask AskOf(CallRequest call) => Enum.Parse<Ask>(call.Id.Split('.')[2]);

    private static ToolEffect EffectOf(CallRequest call) => Enum.Parse<ToolEffect>(AskOf(call).ToString());

    private void Record(RunFact fact)
    {
        _unsaved.Add(fact);
        State = RunFold.Apply(State, RunEventCodec.Next(Journal.Count + _unsaved.Count > 1 ? Last() : null, fact, _now));
    }

    private RunEvent? Last()
    {
        var last = Journal.Count > 0 ? Journal[^1] : null;
        foreach (var fact in _unsaved.SkipLast(1)) last = RunEventCodec.Next(last, fact, _now);
        return last;
    }

    /// <summary>Whole batches only, as a transaction would; the process may die just before or just after.</summary>
    private bool Save(Func<string, bool> dies)
    {
        if (dies("save")) return false;
        foreach (var fact in _unsaved) Journal.Add(RunEventCodec.Next(Journal.Count > 0 ? Journal[^1] : null, fact, _now));
        _unsaved.Clear();
        State = RunFold.Fold(Journal);
        return !dies("saved");
    }
}
