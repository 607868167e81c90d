using System.ComponentModel;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Sessions;

internal static class SessionEndpoints
{
    public static void Map(RouteGroupBuilder sessions)
    {
        sessions.MapGet("/", ListAsync).Named("sessions.list", Scope.SessionsRead, "List sessions, the newest first");
        sessions.MapPost("/", StartAsync).Named("sessions.create", Scope.SessionsWrite, "Start a session with an agent").Repeatable();
        sessions.MapGet("/{session}", GetAsync).Named("sessions.get", Scope.SessionsRead, "Get a session");
        sessions.MapDelete("/{session}", DeleteAsync).Named("sessions.delete", Scope.SessionsWrite, "Delete a session and its runs");
        sessions.MapGet("/{session}/messages", MessagesAsync)
            .Named("sessions.messages", Scope.SessionsRead, "Read a session's conversation");
    }

    private static async Task<Ok<Page<SessionResponse>>> ListAsync(
        Caller caller, [AsParameters] ListQuery query, [FromQuery(Name = "agent"), Description("Name or id of an agent.")] string? agent,
        SessionStore store, IAgentCatalog agents, CancellationToken cancellationToken)
    {
        Guid? agentId = null;
        if (agent is not null)
        {
            agentId = Ids.TryDecode("agt", agent, out var id)
                ? id : (await agents.FindPublishedAsync(caller.Tenant, agent, cancellationToken))?.AgentId;
            if (agentId is null) return TypedResults.Ok(new Page<SessionResponse>([], null));
        }
        var rows = await store.ListAsync(caller.Tenant, agentId, query, cancellationToken);
        return TypedResults.Ok(Page.Of(rows, query, row => row.SessionId, SessionResponse.Of));
    }

    private static async Task<Created<SessionResponse>> StartAsync(
        Caller caller, SessionRequest request, IdempotentRequest repetition, SessionStore store, IAgentCatalog agents, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var faults = new FaultList();
        AgentValidation.Check(request.Metadata, "metadata", faults);
        faults.ThrowIfAny();
        var agent = await agents.FindPublishedAsync(caller.Tenant, request.Agent, cancellationToken)
            ?? throw new AgentFactoryException(
                ErrorCodes.NotFound, "There is no such agent. List what there is with GET /v1/agents, or check the name.", "agent");
        var row = new SessionRow
        {
            SessionId = repetition.NewId(),
            AgentId = agent.AgentId,
            AgentName = agent.Definition.Name,
            Metadata = StoredMetadata.Write(request.Metadata),
            CreatedAt = time.GetUtcNow(),
        };
        await store.AddAsync(caller.Tenant, row, cancellationToken);
        var shown = SessionResponse.Of(
            repetition.IsRepeat ? await store.FindAsync(caller.Tenant, row.SessionId, cancellationToken) ?? row : row);
        return TypedResults.Created("/v1/sessions/" + shown.Id, shown);
    }

    private static async Task<Ok<SessionResponse>> GetAsync(
        Caller caller, string session, SessionStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(SessionResponse.Of(await FindAsync(caller, session, store, cancellationToken)));

    private static async Task<NoContent> DeleteAsync(
        Caller caller, string session, SessionStore store, IRunJournal journal, CancellationToken cancellationToken)
    {
        var row = await FindAsync(caller, session, store, cancellationToken);
        await journal.DeleteSessionAsync(caller.Tenant, row.SessionId, cancellationToken);
        return await store.TryDeleteAsync(caller.Tenant, row.SessionId, cancellationToken)
            ? TypedResults.NoContent()
            : throw new AgentFactoryException(ErrorCodes.SessionBusy,
                "A run was started in this session meanwhile. Wait for it to end, or cancel it.")
            { RetryAfter = 1 };
    }

    /// <summary>A page is made of whole runs: the limit counts those, not messages.</summary>
    private static async Task<Ok<Page<SessionMessage>>> MessagesAsync(
        Caller caller, string session, [AsParameters] ListQuery query, SessionStore store, IRunJournal journal,
        CancellationToken cancellationToken)
    {
        var row = await FindAsync(caller, session, store, cancellationToken);
        var runs = await journal.ReadSessionAsync(caller.Tenant, row.SessionId, cancellationToken);
        var first = query.After is { } after ? runs.ToList().FindIndex(r => r.RunId == after) + 1 : 0;
        if (query.After is not null && first == 0) throw Cursor.Refuse();
        var page = Page.Of([.. runs.Skip(first).Take(query.Take)], query, r => r.RunId, r => r);
        return TypedResults.Ok(new Page<SessionMessage>(
            [.. page.Data.SelectMany(r => SessionHistory.Messages(RunFold.Fold(r.Events)).Select(m => SessionMessage.Of(r.RunId, m)))],
            page.Next));
    }

    private static async Task<SessionRow> FindAsync(
        Caller caller, string session, SessionStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(caller.Tenant, EntityId.Parse(SessionResponse.Prefix, session, "session"), cancellationToken)
            ?? throw EntityId.NotFound("session");
}
