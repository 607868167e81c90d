using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentFactory.Core.Agents;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>What every executor needs, made once.</summary>
internal sealed class RunServices(
    IRunJournal journal, IAgentCatalog agents, ModelSteps models, ToolSteps tools, TimeProvider time, ILogger<RunHost> log)
{
    public IRunJournal Journal => journal;
    public IAgentCatalog Agents => agents;
    public ModelSteps Models => models;
    public ToolSteps Tools => tools;
    public TimeProvider Time => time;
    public ILogger Log => log;
    public LeaseReturns Leases { get; } = new(journal, log);

    /// <summary>The messages of the session's earlier runs, tool calls and results included.</summary>
    public async Task<IReadOnlyList<RunMessage>> HistoryAsync(NewRun run, CancellationToken cancellationToken)
    {
        if (run.Start.SessionId is not { } session) return [];
        // One run at a time: every other run of the session has ended, and ended before this one began.
        var runs = await journal.ReadSessionAsync(run.Tenant, session, cancellationToken);
        return [.. runs.SelectMany(earlier => SessionHistory.Messages(RunFold.Fold(earlier.Events)))];
    }

    /// <summary>The whole journal of a run; empty for an unknown one.</summary>
    public async Task<IReadOnlyList<RunEvent>> ReadAllAsync(TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        const int Page = 1000;
        var events = new List<RunEvent>();
        while (true)
        {
            var more = await journal.ReadAsync(tenant, runId, events.Count, Page, cancellationToken);
            events.AddRange(more);
            if (more.Count < Page) return events;
        }
    }

    /// <summary>
    /// The key of one effect, the same on every attempt and in every process: 32 hex digits of SHA-256(tenant, run, step, ordinal).
    /// </summary>
    public static string IdempotencyKey(TenantId tenant, Guid runId, int step, int ordinal) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tenant.Value:N}/{runId:N}/{step}/{ordinal}"))))[..32];
}

/// <summary>What an ended run leaves in its session.</summary>
internal static class SessionHistory
{
    /// <summary>
    /// The run's messages, cut back to the last point a provider accepts: every call must have its result, so an answer whose calls were
    /// interrupted is left out with the results it had.
    /// </summary>
    public static IEnumerable<RunMessage> Messages(RunState run)
    {
        var answered = run.Messages.Where(m => m.CallId is not null).Select(m => m.CallId).ToHashSet();
        var open = run.Messages.FindIndex(m => m.Calls.Any(c => !answered.Contains(c.Id)));
        return open < 0 ? run.Messages : run.Messages.Take(open);
    }
}
