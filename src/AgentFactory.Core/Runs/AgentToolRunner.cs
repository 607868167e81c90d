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
    /// <summary>How long a child run may take to stop. Less than what the invoker of tools leaves behind.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public ToolKind Kind => ToolKind.Agent;

    public async Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        var agent = await agents.FindPublishedAsync(call.Tenant, tool.Agent!, cancellationToken);
        if (agent is null) return new ToolResult($"There is no agent '{tool.Agent}' any more.", IsError: true);
        var limits = EffectiveLimits.Of(agent.Definition.Limits, call.Limits);
        if (call.Depth + 1 > limits.MaxDepth)
            return new ToolResult($"Agents are nested {call.Depth} deep, which is the limit.", IsError: true);
        var runId = ChildId(call.RunId, call.IdempotencyKey);
        try
        {
            return Result(await EndAsync(agent, limits, call, runId, cancellationToken));
        }
        catch (AgentFactoryException) when (host().IsStopping)
        {
            // The child run was not taken any more. The call stays without an answer, and is made again after the stop.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            throw;
        }
        catch (OperationCanceledException) when (!GoesOnElsewhere(call))
        {
            return await CutShortAsync(call.Tenant, runId);
        }
    }

    /// <summary>Whether another process, or this one after a restart, makes the call again and finds the child run.</summary>
    private bool GoesOnElsewhere(ToolCall call) => host().IsStopping || host().Find(call.RunId) is { Executor.IsLost: true };

    /// <summary>Stops the child run. What it used counts all the same, or limits could be escaped by being cut short.</summary>
    private async Task<ToolResult> CutShortAsync(TenantId tenant, Guid runId)
    {
        await host().CancelAsync(tenant, runId, CancellationToken.None);
        if (host().Find(runId) is { } child)
            await Task.WhenAny(child.Completion, Task.Delay(Patience, time, CancellationToken.None));
        var state = RunFold.Fold(await journal.ReadAsync(tenant, runId, 0, int.MaxValue, CancellationToken.None));
        if (state.HasEnded) return Result(state);
        var known = state.Spend with { CostIncomplete = true };
        return new ToolResult("The agent was stopped before it had finished.", IsError: true) { Child = known };
    }

    /// <summary>The child run's state once it has ended or waits for a person, whoever carries it forward.</summary>
    private async Task<RunState> EndAsync(
        AgentVersion agent, EffectiveLimits limits, ToolCall call, Guid runId, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var running = host().Find(runId);
            if (running is null)
            {
                var recorded = RunFold.Fold(await journal.ReadAsync(call.Tenant, runId, 0, int.MaxValue, cancellationToken));
                if (recorded.Status is RunStatus.Ended or RunStatus.Waiting) return recorded;
                // A child that was recorded before a crash may be nobody's yet: recovery need not have come to it.
                running = recorded.Start is null
                    ? await host().StartAsync(Child(agent, limits, call, runId))
                    : await host().TakeOverAsync(call.Tenant, runId, cancellationToken);
            }
            if (running is not null) await running.Completion.WaitAsync(cancellationToken);
            if (running?.State.Status is RunStatus.Ended or RunStatus.Waiting) return running.State;
            // Another process has it, or it was given back after a failure.
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private static NewRun Child(AgentVersion agent, EffectiveLimits limits, ToolCall call, Guid runId)
    {
        var start = new RunStarted(
            agent.AgentId, agent.Definition.Name, agent.Id, agent.Number, call.Model ?? agent.Definition.Model, null, false, limits,
            call.Depth + 1, call.RunId == Guid.Empty ? null : call.RunId)
        {
            ModelOverride = call.Model,
            Body = new RunInput(Input(call.Arguments)),
        };
        return new NewRun(call.Tenant, runId, start, new Dictionary<string, string>());
    }

    private static ToolResult Result(RunState child) => child.End switch
    {
        { Outcome: RunOutcome.Completed } end => new ToolResult(end.Body?.Output ?? "") { Child = child.Spend },
        { } end => new ToolResult($"The agent did not finish: {end.Code}. {end.Body?.Message}", IsError: true) { Child = child.Spend },
        null => new ToolResult("The agent's run waits for a person.", IsError: true) { Child = child.Spend },
    };

    /// <summary>The only text argument as it is; anything else as JSON.</summary>
    private static string Input(JsonElement arguments)
    {
        var members = arguments.EnumerateObject().ToList();
        return members is [{ Value.ValueKind: JsonValueKind.String } only] ? only.Value.GetString()! : arguments.GetRawText();
    }

    /// <summary>
    /// The parent's time, so that lists keep the two together, and a hash of the call's key: a version-7 UUID that follows from both.
    /// </summary>
    private static Guid ChildId(Guid parent, string key)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("child/" + key)).AsSpan(0, 16);
        Span<byte> time = stackalloc byte[16];
        parent.TryWriteBytes(time, bigEndian: true, out _);
        time[..6].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
