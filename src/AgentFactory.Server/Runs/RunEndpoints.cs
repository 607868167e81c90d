using System.ComponentModel;
using System.Reflection;
using AgentFactory.Core;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Runs;

internal static class RunEndpoints
{
    /// <summary>An input of a million characters may be four times as long in bytes, and more as a JSON string.</summary>
    private const long MostBytes = 8 << 20;

    private const string Stream = "text/event-stream";
    private const int DefaultWait = 120;
    private const int DefaultEvents = 100;
    private const int MostEvents = 1000;

    /// <summary>How long a cancellation waits for the end, so that most callers see it in the answer.</summary>
    private static readonly TimeSpan CancelWait = TimeSpan.FromSeconds(2);

    public static void Map(RouteGroupBuilder runs)
    {
        runs.MapGet("/", ListAsync).Named("runs.list", Scope.RunsRead, "List runs, the newest first");
        runs.MapPost("/", StartAsync).Named("runs.create", Scope.RunsWrite, "Run an agent, and wait for it, follow it, or leave it")
            .WithBodyLimit(MostBytes).StreamsRuns().Repeatable().AlsoAnswers(Stream);
        runs.MapGet("/{run}", GetAsync).Named("runs.get", Scope.RunsRead, "Get a run");
        runs.MapGet("/{run}/events", EventsAsync)
            .Named("runs.events", Scope.RunsRead, "List a run's events, or follow them as a stream").AlsoAnswers(Stream);
        runs.MapPost("/{run}/cancel", CancelAsync).Named("runs.cancel", Scope.RunsWrite, "Cancel a run and what it started").Repeatable();
    }

    public static string Location(Guid runId) => "/v1/runs/" + Ids.Encode(RunResponse.Prefix, runId);

    private static async Task<Ok<Page<RunResponse>>> ListAsync(
        Caller caller, [AsParameters] ListQuery query, RunReader reader,
        [FromQuery(Name = "agent"), Description("Name or id of an agent.")] string? agent,
        [FromQuery(Name = "session"), Description("Id of a session.")] string? session,
        [FromQuery(Name = "status"), Description("queued, running, waiting or ended.")] string? status,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.ListAsync(caller.Tenant, new RunFilter(agent, session, Status(status)), query, cancellationToken));

    private static async Task<Results<Ok<RunResponse>, Accepted<RunResponse>, EventStream>> StartAsync(
        Caller caller, RunRequest request, IdempotentRequest repetition, HttpContext context, StartRun start, RunHost host,
        RunReader reader, RunStream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        var runId = await start.RunAsync(caller.Tenant, request, repetition, cancellationToken);
        if (request.Mode == RunMode.Stream)
        {
            await repetition.StreamAsync(runId);
            return new EventStream(stream, caller.Tenant, runId, default);
        }
        // What ended here is shown from memory; it is on disk by then.
        if (request.Mode == RunMode.Wait && host.Find(runId) is { } running
            && await EndsAsync(running, TimeSpan.FromSeconds(request.WaitSeconds ?? DefaultWait), time, cancellationToken))
            return Ended(context, RunResponse.Of(runId, running.State, request.Metadata));
        return await ShowAsync(context, caller.Tenant, runId, reader, cancellationToken);
    }

    private static async Task<Ok<RunResponse>> GetAsync(Caller caller, string run, RunReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.FindAsync(caller.Tenant, EntityId.Parse(RunResponse.Prefix, run, "run"), cancellationToken)
            ?? throw EntityId.NotFound("run"));

    private static async Task<Results<Ok<RunEventPage>, EventStream>> EventsAsync(
        Caller caller, string run, HttpRequest request, RunReader reader, IRunJournal journal, RunStream stream,
        [FromQuery(Name = "after"), Description("Only events after this number.")] long? after,
        [FromQuery(Name = "limit"), Description("How many at most, 1 to 1,000; 100 when left out.")] int? limit,
        [FromHeader(Name = "Last-Event-ID"), Description("For a stream: the id of the last event or frame that was seen.")]
        string? lastEventId,
        [FromQuery(Name = "last_event_id"), Description("The same, for clients that cannot set the header.")] string? lastEventIdQuery,
        CancellationToken cancellationToken)
    {
        var runId = EntityId.Parse(RunResponse.Prefix, run, "run");
        if (await reader.FindStatusAsync(caller.Tenant, runId, cancellationToken) is null) throw EntityId.NotFound("run");
        if (WantsStream(request)) return new EventStream(stream, caller.Tenant, runId, Position(lastEventId ?? lastEventIdQuery, after));
        var count = limit ?? DefaultEvents;
        if (count is < 1 or > MostEvents)
            throw new AgentFactoryException(ErrorCodes.InvalidRequest, $"limit must be from 1 to {MostEvents}.", "limit");
        if (after < 0) throw new AgentFactoryException(ErrorCodes.InvalidRequest, "after must be the number of an event, or 0.", "after");
        var events = await journal.ReadAsync(caller.Tenant, runId, after ?? 0, count + 1, cancellationToken);
        var id = Ids.Encode(RunResponse.Prefix, runId);
        return TypedResults.Ok(new RunEventPage(
            [.. events.Take(count).Select(e => RunEventResponse.Of(id, e))], events.Count > count ? events[count - 1].Seq : null));
    }

    private static async Task<Results<Ok<RunResponse>, Accepted<RunResponse>>> CancelAsync(
        Caller caller, string run, HttpContext context, RunHost host, RunReader reader, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var runId = EntityId.Parse(RunResponse.Prefix, run, "run");
        if (await reader.FindStatusAsync(caller.Tenant, runId, cancellationToken) is null) throw EntityId.NotFound("run");
        await host.CancelAsync(caller.Tenant, runId, cancellationToken);
        if (host.Find(runId) is { } running) await EndsAsync(running, CancelWait, time, cancellationToken);
        return (await ShowAsync(context, caller.Tenant, runId, reader, cancellationToken)).Result switch
        {
            Ok<RunResponse> ended => ended,
            var other => (Accepted<RunResponse>)other,
        };
    }

    /// <summary>
    /// Waits until this process is done with the run or the time is over, whichever is first. True when the run has ended.
    /// </summary>
    private static async Task<bool> EndsAsync(RunningRun running, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await running.Completion.WaitAsync(most, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The run goes on; the answer says where it stands.
        }
        return running.State.HasEnded;
    }

    private static async Task<Results<Ok<RunResponse>, Accepted<RunResponse>, EventStream>> ShowAsync(
        HttpContext context, TenantId tenant, Guid runId, RunReader reader, CancellationToken cancellationToken)
    {
        var shown = await reader.FindAsync(tenant, runId, cancellationToken) ?? throw EntityId.NotFound("run");
        return shown.Status == RunStatus.Ended ? Ended(context, shown) : TypedResults.Accepted(Location(runId), shown);
    }

    private static Ok<RunResponse> Ended(HttpContext context, RunResponse run)
    {
        context.Response.Headers.Location = "/v1/runs/" + run.Id;
        return TypedResults.Ok(run);
    }

    private static RunStatus? Status(string? text) => text is null
        ? null
        : Enum.TryParse<RunStatus>(text, ignoreCase: true, out var status) && Enum.IsDefined(status) && !char.IsDigit(text[0])
            ? status
            : throw new AgentFactoryException(ErrorCodes.InvalidRequest, "status must be queued, running, waiting or ended.", "status");

    private static bool WantsStream(HttpRequest request) => request.GetTypedHeaders().Accept
        .OrderByDescending(a => a.Quality ?? 1)
        .FirstOrDefault(a => a.MediaType.Equals(Stream, StringComparison.OrdinalIgnoreCase)
            || a.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        ?.MediaType.Equals(Stream, StringComparison.OrdinalIgnoreCase) == true;

    private static FeedPosition Position(string? lastEventId, long? after)
    {
        if (string.IsNullOrEmpty(lastEventId)) return new FeedPosition(Math.Max(0, after ?? 0), 0);
        return FeedPosition.TryParse(lastEventId, out var position)
            ? position
            : throw new AgentFactoryException(ErrorCodes.InvalidRequest,
                "Last-Event-ID must be the id of an event (3) or of a text frame (3.120), as the stream gave it.", "Last-Event-ID");
    }
}

/// <summary>A run's events as they happen.</summary>
internal sealed class EventStream(RunStream stream, TenantId tenant, Guid runId, FeedPosition from) : IResult, IEndpointMetadataProvider
{
    public Task ExecuteAsync(HttpContext httpContext) => stream.WriteAsync(httpContext, tenant, runId, from);

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]));
}
