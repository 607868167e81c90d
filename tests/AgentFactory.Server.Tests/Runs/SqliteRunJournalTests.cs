using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Runs;
using AgentFactory.Server.Sessions;
using AgentFactory.Server.Tests.Platform.Storage;

namespace AgentFactory.Server.Tests.Runs;

public sealed class SqliteRunJournalTests : RunJournalConformance
{
    private readonly EmbeddedDatabase _embedded = new();

    private protected override async Task<(IRunJournal Journal, SessionStore Sessions)> OpenAsync()
    {
        var database = _embedded.Database;
        await new MigrationRunner(
            database, Migration.Embedded(database.Engine.Dialect), TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        return (new RunJournal(database, TimeProvider.System, new RunsOptions()), new SessionStore(database));
    }

    public override async ValueTask DisposeAsync()
    {
        await _embedded.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_lease_does_not_outlive_its_process()
    {
        var (journal, _) = await OpenAsync();
        var start = new RunStarted(
            Guid.Empty, "a", Guid.Empty, 1, "demo/offline", null, false, EffectiveLimits.Default, 0, null)
        { Body = new RunInput("hi") };
        var run = new NewRun(
            new Core.TenantId(Guid.AllBitsSet), Core.Ids.New(TimeProvider.System), start, new Dictionary<string, string>());
        await journal.CreateAsync(
            run, "dead", [RunEventCodec.Next(null, start, DateTimeOffset.UnixEpoch)], TestContext.Current.CancellationToken);
        Assert.Contains(await journal.ClaimAsync("alive", 100, TestContext.Current.CancellationToken), l => l.RunId == run.RunId);
    }
}
