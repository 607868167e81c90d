using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Platform.Http;

/// <summary>How a noun states its routes: the rules of all of them on the group, name and scope on each.</summary>
internal static class NounRoutes
{
    private const string ProblemType = "application/problem+json";

    /// <summary>
    /// The group <c>/v1/{noun}</c>: tag, default body limit, the problems every route can answer with. A POST in it is idempotent by
    /// Idempotency-Key without further ado. Each route still has to be <see cref="Named"/>.
    /// </summary>
    public static RouteGroupBuilder MapNoun(this IEndpointRouteBuilder v1, string noun)
    {
        var group = v1.MapGroup("/" + noun).WithTags(noun).WithMetadata(BodyLimit.Default);
        ((IEndpointConventionBuilder)group).Add(AddProblems);
        return group;
    }

    /// <summary>
    /// Names a route (<c>agents.list</c>), and says what a caller needs and what it does, in a few words without a full stop.
    /// </summary>
    public static RouteHandlerBuilder Named(this RouteHandlerBuilder route, string operationId, string scope, string summary) =>
        route.WithName(operationId).WithSummary(summary).WithMetadata(new RequiredScope(scope));

    /// <summary>Names a route that anybody may call.</summary>
    public static RouteHandlerBuilder NamedAnonymous(this RouteHandlerBuilder route, string operationId, string summary) =>
        route.WithName(operationId).WithSummary(summary).WithMetadata(new AnonymousRoute());

    /// <summary>Sets how many bytes the body may have, where <see cref="BodyLimit.Default"/> doesn't fit.</summary>
    public static RouteHandlerBuilder WithBodyLimit(this RouteHandlerBuilder route, long bytes) => route.WithMetadata(new BodyLimit(bytes));

    /// <summary>The route also answers in other forms than JSON, to those who accept them.</summary>
    public static RouteHandlerBuilder AlsoAnswers(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.WithMetadata(new OtherAnswers(mediaTypes));

    /// <summary>The POST may answer with a run's event stream: a repetition replays it through <see cref="IStreamReplay"/>.</summary>
    public static RouteHandlerBuilder StreamsRuns(this RouteHandlerBuilder route) =>
        Idempotent(route, rule => rule with { StreamsRuns = true });

    /// <summary>The POST's answer holds a secret that is shown once.</summary>
    public static RouteHandlerBuilder ReturnsSecret(this RouteHandlerBuilder route) =>
        Idempotent(route, rule => rule with { ReturnsSecret = true });

    /// <summary>
    /// The POST may be carried out again after a crash between its effect and its answer, because it finds what it did by
    /// <see cref="IdempotentRequest.NewId"/>. Without this the repetition is told that the outcome is unknown.
    /// </summary>
    public static RouteHandlerBuilder Repeatable(this RouteHandlerBuilder route) =>
        Idempotent(route, rule => rule with { Repeatable = true });

    private static RouteHandlerBuilder Idempotent(RouteHandlerBuilder route, Func<IdempotentRoute, IdempotentRoute> change)
    {
        route.Add(endpoint =>
        {
            var rule = endpoint.Metadata.OfType<IdempotentRoute>().LastOrDefault() ?? new IdempotentRoute();
            endpoint.Metadata.Add(change(rule));
        });
        return route;
    }

    private static void AddProblems(EndpointBuilder endpoint)
    {
        int[] statuses = [400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 500, 503];
        foreach (var status in statuses.Where(s => Applies(s, endpoint)))
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(Problem), [ProblemType]));
    }

    /// <summary>A list can't conflict and a GET has no body: a contract that claims every status for every route tells nothing.</summary>
    private static bool Applies(int status, EndpointBuilder endpoint)
    {
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().SelectMany(m => m.HttpMethods).ToList();
        var writes = methods.Any(m => m is "POST" or "PUT" or "PATCH" or "DELETE");
        var hasBody = methods.Any(m => m is "POST" or "PUT" or "PATCH");
        var byId = endpoint is RouteEndpointBuilder { RoutePattern.Parameters.Count: > 0 };
        return status switch
        {
            404 => byId,
            409 => writes,
            412 or 428 => methods.Any(m => m is not "GET") && byId,
            413 or 415 or 422 => hasBody,
            _ => true,
        };
    }
}
