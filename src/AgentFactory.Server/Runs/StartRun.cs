using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Sessions;

namespace AgentFactory.Server.Runs;

/// <summary>
/// Starts a run. Everything that would make its first step fail is refused before anything is recorded. A request that is repeated
/// after a crash finds the run it made: the id follows from its Idempotency-Key.
/// </summary>
internal sealed class StartRun(RunHost host, RunReader reader, IAgentCatalog agents, IModelCatalog models, SessionStore sessions)
{
    private const int LongestInput = 1_000_000;
    private const int LongestWait = 600;

    /// <summary>The run's id, on disk when the task completes.</summary>
    public async Task<Guid> RunAsync(TenantId tenant, RunRequest request, IdempotentRequest repetition, CancellationToken cancellationToken)
    {
        var runId = repetition.NewId();
        if (repetition.IsRepeat && await reader.FindStatusAsync(tenant, runId, cancellationToken) is not null) return runId;
        Check(request);
        var session = request.Session is null ? null : await SessionAsync(tenant, request.Session, cancellationToken);
        var agent = await AgentAsync(tenant, request.Agent, session, cancellationToken);
        var model = request.Model ?? agent.Definition.Model;
        await models.ResolveAsync(tenant, model, cancellationToken);
        var start = new RunStarted(
            agent.AgentId, agent.Definition.Name, agent.Id, agent.Number, model, session?.SessionId, request.Mode != RunMode.Wait,
            EffectiveLimits.Of(agent.Definition.Limits, request.Limits), Depth: 0, ParentRunId: null)
        {
            ModelOverride = request.Model,
            Body = new RunInput(request.Input),
        };
        await host.StartAsync(new NewRun(tenant, runId, start, request.Metadata));
        return runId;
    }

    private static void Check(RunRequest request)
    {
        var faults = new FaultList();
        faults.AddIf(request.Input.Length == 0, "input", "It is empty; write what the agent is asked.");
        faults.AddIf(request.Input.Length > LongestInput, "input",
            $"It has {request.Input.Length:N0} characters; at most {LongestInput:N0} are taken.");
        faults.Range("wait_seconds", request.WaitSeconds, 1, LongestWait, " seconds");
        faults.AddIf(
            request.Model is not null && !ModelName.TryParse(request.Model, out _), "model",
            "It must be provider/model, for example 'demo/offline'.");
        faults.AddIf(request.Agent is null && request.Session is null, "agent", "Name the agent that answers, or a session that has one.");
        AgentValidation.Check(request.Limits, "limits", faults);
        AgentValidation.Check(request.Metadata, "metadata", faults);
        faults.ThrowIfAny();
    }

    private async Task<SessionRow> SessionAsync(TenantId tenant, string session, CancellationToken cancellationToken) =>
        await sessions.FindAsync(tenant, EntityId.ParseField(SessionResponse.Prefix, session, "session"), cancellationToken)
        ?? throw new AgentFactoryException(ErrorCodes.NotFound, "There is no such session. Start one with POST /v1/sessions.", "session");

    private async Task<AgentVersion> AgentAsync(TenantId tenant, string? asked, SessionRow? session, CancellationToken cancellationToken)
    {
        var agent = await agents.FindPublishedAsync(tenant, asked ?? Ids.Encode("agt", session!.AgentId), cancellationToken)
            ?? throw new AgentFactoryException(
                ErrorCodes.NotFound, "There is no such agent. List what there is with GET /v1/agents, or check the name.", "agent");
        return session is null || session.AgentId == agent.AgentId
            ? agent
            : throw new AgentFactoryException(ErrorCodes.Invalid,
                $"The session is with '{session.AgentName}'. Leave agent out, or start a session with the other one.", "agent");
    }
}
