using System.Data.Common;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Agents;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tests.Platform.Storage;
using AgentFactory.Server.Tools;

namespace AgentFactory.Server.Tests.Agents;

public sealed class AgentCatalogTests : IAsyncDisposable
{
    private static readonly TenantId Acme = new(Ids.New(TimeProvider.System));
    private static readonly TenantId Other = new(Ids.New(TimeProvider.System));
    private static readonly AgentDefinition Definition =
        new() { Name = "support", Model = "demo/offline", Instructions = "One.", Tools = ["lookup"] };

    private readonly StatementCount _statements = new();
    private readonly EmbeddedDatabase _data;
    private readonly ToolStore _tools = new(new BuiltinToolRows([]), TimeProvider.System);
    private readonly AgentCatalog _catalog;
    private readonly AgentChanges _changes;

    public AgentCatalogTests()
    {
        _data = new EmbeddedDatabase(_statements);
        _catalog = new AgentCatalog(_data.Database);
        _changes = new AgentChanges(_data.Database, new AgentStore(TimeProvider.System), _tools, _catalog);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _data.DisposeAsync();

    [Fact]
    public async Task An_agent_that_is_known_costs_no_query()
    {
        var agent = await CreateAsync();
        var first = await _catalog.FindPublishedAsync(Acme, "support", Cancelled);
        await _catalog.FindPublishedAsync(Acme, Id(agent), Cancelled);
        var before = _statements.Count;
        Assert.Same(first, await _catalog.FindPublishedAsync(Acme, "support", Cancelled));
        Assert.Same(first, await _catalog.FindPublishedAsync(Acme, Id(agent), Cancelled));
        Assert.Same(first, await _catalog.FindPublishedAsync(Acme, Id(agent).ToLowerInvariant(), Cancelled));
        Assert.Same(first, await _catalog.FindVersionAsync(Acme, first!.Id, Cancelled));
        Assert.Equal(before, _statements.Count);
    }

    [Fact]
    public async Task A_version_keeps_its_tools_when_they_change()
    {
        var agent = await CreateAsync();
        await _data.Database.WriteAsync(Acme, async unit =>
        {
            var row = (await _tools.FindByNameAsync(unit, "lookup"))!;
            await _tools.UpdateAsync(unit, row, row.ToDefinition() with { Description = "Changed" });
        }, Cancelled);
        Assert.Equal("Looks up", (await _catalog.FindPublishedAsync(Acme, "support", Cancelled))!.Tools.Single().Description);
        await AddVersionAsync(agent, "Two.", publish: true);
        Assert.Equal("Changed", (await _catalog.FindPublishedAsync(Acme, "support", Cancelled))!.Tools.Single().Description);
        Assert.Equal("Looks up", (await _catalog.FindVersionAsync(Acme, agent.PublishedId, Cancelled))!.Tools.Single().Description);
    }

    [Fact]
    public async Task What_was_published_last_answers_by_name_and_by_id()
    {
        var agent = await CreateAsync();
        Assert.Equal(1, await PublishedAsync("support"));
        agent = await AddVersionAsync(agent, "Two.", publish: false);
        Assert.Equal(1, await PublishedAsync("support"));
        agent = await _changes.PublishAsync(Acme, "support", 2, Any, Cancelled);
        Assert.Equal(2, await PublishedAsync("support"));
        Assert.Equal(2, await PublishedAsync(Id(agent)));
        await _changes.RollBackAsync(Acme, "support", Any, Cancelled);
        Assert.Equal(1, await PublishedAsync("support"));
        Assert.Equal(1, await PublishedAsync(Id(agent)));
    }

    [Fact]
    public async Task A_deleted_agent_answers_no_more_but_its_versions_stay()
    {
        var agent = await CreateAsync();
        Assert.Equal(1, await PublishedAsync("support"));
        await _changes.DeleteAsync(Acme, "support", Any, Cancelled);
        Assert.Null(await _catalog.FindPublishedAsync(Acme, "support", Cancelled));
        Assert.Null(await _catalog.FindPublishedAsync(Acme, Id(agent), Cancelled));
        Assert.Equal(
            "One.", (await new AgentCatalog(_data.Database).FindVersionAsync(Acme, agent.PublishedId, Cancelled))!.Definition.Instructions);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_in_memory_or_on_disk()
    {
        var agent = await CreateAsync();
        await _catalog.FindPublishedAsync(Acme, "support", Cancelled);
        Assert.Null(await _catalog.FindPublishedAsync(Other, "support", Cancelled));
        Assert.Null(await _catalog.FindPublishedAsync(Other, Id(agent), Cancelled));
        Assert.Null(await _catalog.FindVersionAsync(Other, agent.PublishedId, Cancelled));
    }

    [Fact]
    public async Task Readers_beside_a_publisher_end_up_with_what_was_published()
    {
        var agent = await CreateAsync();
        for (var version = 2; version < 30; version++)
        {
            var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(() => PublishedAsync("support"))).ToList();
            agent = await AddVersionAsync(agent, $"Version {version}.", publish: true);
            await Task.WhenAll(readers);
            Assert.Equal(version, await PublishedAsync("support"));
        }
    }

    private static Revision Any => Revision.Read("*");

    private static string Id(AgentRow agent) => Ids.Encode(AgentReader.AgentPrefix, agent.AgentId);

    private async Task<int> PublishedAsync(string nameOrId) => (await _catalog.FindPublishedAsync(Acme, nameOrId, Cancelled))!.Number;

    private async Task<AgentRow> CreateAsync()
    {
        await new MigrationRunner(_data.Database, Migration.Embedded("sqlite"), TimeProvider.System).RunAsync(Cancelled);
        await _data.Database.WriteAsync(Acme, unit => _tools.InsertAsync(unit, Ids.New(TimeProvider.System), new ToolDefinition
        {
            Name = "lookup",
            Description = "Looks up",
            Parameters = JsonElement.Parse("""{"type":"object"}"""),
            Kind = ToolKind.Python,
            Effect = ToolEffect.Read,
            Python = new PythonProgram("def lookup(): return 1", "lookup"),
        }), Cancelled);
        return await _changes.CreateAsync(Acme, Ids.New(TimeProvider.System), Ids.New(TimeProvider.System), Definition, Cancelled);
    }

    private async Task<AgentRow> AddVersionAsync(AgentRow agent, string instructions, bool publish) => (await _changes.AddVersionAsync(
        Acme, agent.Name, Ids.New(TimeProvider.System), Definition with { Instructions = instructions }, Any, publish, Cancelled)).Agent;

    private sealed class StatementCount : IStatementObserver
    {
        private int _count;

        public int Count => _count;

        public void Observe(string sql, TenantId? tenant, DbConnection connection) => Interlocked.Increment(ref _count);
    }
}
