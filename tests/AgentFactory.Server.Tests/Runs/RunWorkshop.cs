using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Runs;
using AgentFactory.Server.Sessions;
using AgentFactory.Server.Tests.Harness;
using AgentFactory.Server.Tests.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>
/// The run machine on a real journal with models and tools that a test decides, and as many processes as it wants: each host of
/// <see cref="NewHost"/> is one, and one that is not stopped in order is one that was killed.
/// </summary>
internal sealed class RunWorkshop : IAsyncDisposable, IAgentCatalog, IToolRunner, IStatementObserver
{
    private readonly EmbeddedDatabase _embedded;
    private readonly ConcurrentDictionary<string, AgentVersion> _agents = new();
    private readonly ConcurrentDictionary<string, Func<ToolCall, CancellationToken, Task<ToolResult>>> _tools = new();
    private readonly List<RunHost> _hosts = [];

    private RunWorkshop(TimeProvider? time)
    {
        Time = time ?? TimeProvider.System;
        _embedded = new EmbeddedDatabase(this);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public TenantId Tenant { get; } = new(Ids.New(TimeProvider.System));
    public TimeProvider Time { get; }
    public ScriptedModels Models { get; } = new();
    public IRunJournal Journal { get; private set; } = null!;
    public SessionStore Sessions { get; private set; } = null!;

    /// <summary>The statements that ran.</summary>
    public ConcurrentQueue<string> Statements { get; } = new();

    /// <summary>Told about each statement before it runs; one that it throws for fails, as on a full disk.</summary>
    public Action<string>? OnStatement { get; set; }

    /// <summary>Every call of a tool that reached it.</summary>
    public ConcurrentQueue<ToolCall> ToolCalls { get; } = new();

    ToolKind IToolRunner.Kind => ToolKind.Python;

    public static async Task<RunWorkshop> OpenAsync(TimeProvider? time = null)
    {
        var workshop = new RunWorkshop(time);
        var database = workshop._embedded.Database;
        await new MigrationRunner(database, Migration.Embedded(database.Engine.Dialect), workshop.Time).RunAsync(Cancelled);
        workshop.Journal = new RunJournal(database, workshop.Time, new RunsOptions());
        workshop.Sessions = new SessionStore(database);
        return workshop;
    }

    public RunHost NewHost()
    {
        RunHost? host = null;
        var agents = new AgentToolRunner(Journal, this, () => host!, Time);
        host = new RunHost(new RunServices(
            Journal, this, new ModelSteps(Models, this, new PriceTable(), Time, NullLogger<ModelSteps>.Instance),
            new ToolSteps(new ToolInvoker([this, agents], Time), Time), Time, NullLogger<RunHost>.Instance));
        _hosts.Add(host);
        return host;
    }

    /// <summary>An agent on the model <c>script/NAME</c> with the named tools.</summary>
    public AgentVersion Agent(string name, string[]? tools = null, Func<AgentDefinition, AgentDefinition>? change = null)
    {
        var definition =
            new AgentDefinition { Name = name, Model = "script/" + name, Instructions = $"You are {name}.", Tools = tools ?? [] };
        definition = change?.Invoke(definition) ?? definition;
        var version = new AgentVersion(Ids.New(Time), Ids.New(Time), 1, definition, [.. definition.Tools.Select(Definition)]);
        _agents[name] = version;
        return version;
    }

    public void Tool(string name, Func<ToolCall, CancellationToken, Task<ToolResult>> run) => _tools[name] = run;

    public void Tool(string name, Func<ToolCall, string> run) => _tools[name] = (call, _) => Task.FromResult(new ToolResult(run(call)));

    public NewRun NewRun(
        AgentVersion agent, string input = "hello", RunLimits? limits = null, Guid? session = null, string? model = null,
        bool stream = false) => new(
        Tenant, Ids.New(Time),
        new RunStarted(
            agent.AgentId, agent.Definition.Name, agent.Id, agent.Number, model ?? agent.Definition.Model, session, stream,
            EffectiveLimits.Of(agent.Definition.Limits, limits), 0, null)
        {
            ModelOverride = model,
            Body = new RunInput(input),
        },
        new Dictionary<string, string>());

    /// <summary>Runs it to its end or until it waits.</summary>
    public async Task<RunState> RunAsync(RunHost host, NewRun run)
    {
        var running = await host.StartAsync(run);
        await running.Completion.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        return await StateAsync(run.RunId);
    }

    /// <summary>The fold of what is on disk.</summary>
    public async Task<RunState> StateAsync(Guid runId) => RunFold.Fold(await EventsAsync(runId));

    public Task<IReadOnlyList<RunEvent>> EventsAsync(Guid runId) => Journal.ReadAsync(Tenant, runId, 0, int.MaxValue, Cancelled);

    /// <summary>Waits, without counting on any duration, until <paramref name="holds"/>.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(5, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        await _embedded.DisposeAsync();
    }

    void IStatementObserver.Observe(string sql, TenantId? tenant, DbConnection connection)
    {
        Statements.Enqueue(sql);
        OnStatement?.Invoke(sql);
    }

    Task<AgentVersion?> IAgentCatalog.FindPublishedAsync(TenantId tenant, string nameOrId, CancellationToken cancellationToken) =>
        Task.FromResult(_agents.GetValueOrDefault(nameOrId));

    Task<AgentVersion?> IAgentCatalog.FindVersionAsync(TenantId tenant, Guid versionId, CancellationToken cancellationToken) =>
        Task.FromResult(_agents.Values.FirstOrDefault(a => a.Id == versionId));

    Task<ToolResult> IToolRunner.RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        ToolCalls.Enqueue(call);
        return _tools[tool.Name](call, cancellationToken);
    }

    /// <summary><c>name</c>, or <c>name:once</c> for its effect, or <c>agent=NAME</c> for an agent as a tool.</summary>
    private static ToolDefinition Definition(string text)
    {
        var (name, effect) = text.Split(':') is [var n, var e] ? (n, Enum.Parse<ToolEffect>(e, ignoreCase: true)) : (text, ToolEffect.Read);
        var schema = JsonElement.Parse(
            """{"type":"object","properties":{"x":{"type":"integer"},"question":{"type":"string"}},"additionalProperties":false}""");
        return name.StartsWith("agent=", StringComparison.Ordinal)
            ? new ToolDefinition
            {
                Name = "ask_" + name[6..],
                Kind = ToolKind.Agent,
                Effect = ToolEffect.Idempotent,
                Agent = name[6..],
                Parameters = schema,
                TimeoutSeconds = 600,
            }
            : new ToolDefinition { Name = name, Kind = ToolKind.Python, Effect = effect, Parameters = schema, TimeoutSeconds = 600 };
    }
}
