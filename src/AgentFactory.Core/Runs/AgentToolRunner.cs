using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Runs;

/// <summary>
/// An agent used as a tool: a child run whose id follows from the call's idempotency key, so that a repeated call finds the run it
/// started before instead of starting a second one.
/// </summary>
internal sealed class AgentToolRunner(IRunJournal journal, IAgentCatalog agents, Func<RunHost> host, TimeProvider time) : IToolRunner
{
    public ToolKind Kind => ToolKind.Agent;

    public async Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        var agent = await agents.FindPublishedAsync(call.Tenant, tool.Agent!, cancellationToken);
        if (agent is null) return new ToolResult($"There is no agent '{tool.Agent}' any more.", IsError: true);
        var limits = EffectiveLimits.Of(agent.Definition.Limits, call.Limits);
        if (call.Depth + 1 > limits.MaxDepth)
            return new ToolResult($"Agents are nested {call.Depth} deep, which is the limit.", IsError: true);
        var runId = ChildId(call.IdempotencyKey);
        if (await EndedAsync(call.Tenant, runId, cancellationToken) is { } before) return Result(before);
        var running = host().Find(runId) ?? await StartAsync(agent, limits, call, runId, cancellationToken);
        try
        {
            await running.Completion.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (!host().IsStopping) await host().CancelAsync(call.Tenant, runId, CancellationToken.None);
            throw;
        }
        return Result(running.State);
    }

    private async Task<RunningRun> StartAsync(AgentVersion agent, EffectiveLimits limits, ToolCall call, Guid runId, CancellationToken cancellationToken)
    {
        // A run that was recorded before a crash and is nobody's now is claimed by recovery, which may be later than this call.
        if ((await journal.ReadAsync(call.Tenant, runId, 0, 1, cancellationToken)).Count > 0)
            return await ClaimedAsync(runId, cancellationToken);
        var start = new RunStarted(
            agent.AgentId, agent.Definition.Name, agent.Id, agent.Number, agent.Definition.Model, null, false, limits, call.Depth + 1, call.RunId)
        {
            Body = new RunInput(Input(call.Arguments)),
        };
        return await host().StartAsync(new NewRun(call.Tenant, runId, start, new Dictionary<string, string>()));
    }

    private async Task<RunningRun> ClaimedAsync(Guid runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (host().Find(runId) is { } running) return running;
            await host().RecoverAsync(100, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private async Task<RunState?> EndedAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        var state = RunFold.Fold(await journal.ReadAsync(tenant, runId, 0, int.MaxValue, cancellationToken));
        return state.HasEnded ? state : null;
    }

    private static ToolResult Result(RunState child) => child.End switch
    {
        { Outcome: RunOutcome.Completed, Body: { Output: { } output } } => new ToolResult(output) { ChildUsage = child.Usage, ChildCostNanoUnits = child.CostNanoUnits },
        { } end => new ToolResult($"The agent did not finish: {end.Code}. {end.Body?.Message}", IsError: true) { ChildUsage = child.Usage, ChildCostNanoUnits = child.CostNanoUnits },
        null => new ToolResult("The agent's run waits for a person.", IsError: true),
    };

    /// <summary>The only text argument as it is; anything else as JSON.</summary>
    private static string Input(JsonElement arguments)
    {
        var members = arguments.EnumerateObject().ToList();
        return members is [{ Value.ValueKind: JsonValueKind.String } only] ? only.Value.GetString()! : arguments.GetRawText();
    }

    private static Guid ChildId(string key)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("child/" + key)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // version 8 of RFC 9562: made from a hash
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
