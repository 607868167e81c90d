using AgentFactory.Core.Runs;

namespace AgentFactory.Core.Tests.Runs;

public sealed class RunEventCodecTests
{
    private static readonly Guid Agent = Ids.New(TimeProvider.System);
    private static readonly Guid Version = Ids.New(TimeProvider.System);
    private static readonly Guid Session = Ids.New(TimeProvider.System);
    private static readonly Guid Parent = Ids.New(TimeProvider.System);

    [Fact]
    public void Ids_in_events_are_the_ones_that_the_rest_of_the_contract_takes()
    {
        var started = new RunStarted(
            Agent, "desk", Version, 1, "demo/offline", Session, false, EffectiveLimits.Of(null, null), 1, Parent);
        var first = RunEventCodec.Next(null, started, TimeProvider.System.GetUtcNow());
        foreach (var id in (string[])[Ids.Encode("agt", Agent), Ids.Encode("ver", Version), Ids.Encode("ses", Session), Ids.Encode("run", Parent)])
            Assert.Contains($"\"{id}\"", first.Header, StringComparison.Ordinal);
        var read = (RunStarted)RunEventCodec.Read(first);
        Assert.Equal((Agent, Version, Session, Parent), (read.AgentId, read.VersionId, read.SessionId, read.ParentRunId));

        var handed = new HandoffMade("call_1", Agent, "desk", Version, 1, "demo/offline");
        var second = RunEventCodec.Next(first, handed, TimeProvider.System.GetUtcNow());
        Assert.Contains($"\"agent_id\":\"{Ids.Encode("agt", Agent)}\"", second.Header, StringComparison.Ordinal);
        Assert.Equal(handed, RunEventCodec.Read(second));
        Assert.Null(RunEventCodec.FirstBroken([first, second]));
        Assert.Equal(2, RunEventCodec.FirstBroken([first, second with { Header = second.Header.Replace("desk", "task", StringComparison.Ordinal) }]));
    }

    [Fact]
    public void A_run_without_a_session_and_a_parent_reads_back_without_them()
    {
        var first = RunEventCodec.Next(
            null, new RunStarted(Agent, "desk", Version, 1, "demo/offline", null, true, EffectiveLimits.Of(null, null), 0, null),
            TimeProvider.System.GetUtcNow());
        var read = (RunStarted)RunEventCodec.Read(first);
        Assert.Equal((null, null), (read.SessionId, read.ParentRunId));
    }
}
