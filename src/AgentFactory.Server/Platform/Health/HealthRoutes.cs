using System.Reflection;
using AgentFactory.Core.Models;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Platform.Health;

/// <summary>
/// Probes for whoever runs the process. <c>live</c> asks nothing of anyone: a restart cures only what is wrong inside. <c>ready</c> tells
/// whether requests should come here now.
/// </summary>
internal static class HealthRoutes
{
    private static readonly string Version =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static IServiceCollection AddHealth(this IServiceCollection services) => services.AddSingleton<Uptime>();

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // Made now: it counts from when it is made, and the first who asks may come late.
        app.ServiceProvider.GetRequiredService<Uptime>();
        var health = app.MapGroup("/health").WithTags("health").WithMetadata(
            BodyLimit.Default, new ProducesResponseTypeMetadata(
                StatusCodes.Status429TooManyRequests, typeof(Problem), [Problems.MediaType]));
        health.MapGet("/live", () => TypedResults.Ok(new Liveness("live"))).NamedAnonymous("health.live", "Whether the process runs");
        health.MapGet("/ready", FindReadiness).NamedAnonymous("health.ready", "Whether requests should come here now")
            .Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/", Summarise).NamedAnonymous("health.summary", "What runs here and how it is");
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> FindReadiness(
        IEnumerable<IReadinessProbe> probes, IHostApplicationLifetime lifetime, HttpContext context)
    {
        var readiness = await ReadAsync(probes, lifetime, context.RequestAborted);
        if (readiness.Status == "ready") return TypedResults.Ok(readiness);
        context.Response.Headers.RetryAfter = "5";
        return TypedResults.Json(readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Ok<HealthSummary>> Summarise(
        IEnumerable<IReadinessProbe> probes, IHostApplicationLifetime lifetime, Database database, Uptime uptime, IServiceProvider services,
        CancellationToken cancellationToken)
    {
        var readiness = await ReadAsync(probes, lifetime, cancellationToken);
        var sandbox = services.GetService<ISandbox>();
        var fault = sandbox is null ? "No sandbox is built in." : await sandbox.SelfTestAsync(cancellationToken);
        var providers = services.GetServices<IModelProvider>().Select(p => p.Name).Order(StringComparer.Ordinal).ToList();
        return TypedResults.Ok(new HealthSummary(readiness.Status, Version, uptime.Seconds, database.Engine.Dialect,
            new SandboxHealth(sandbox?.Name, fault is null), providers, readiness.Checks));
    }

    private static async Task<Readiness> ReadAsync(
        IEnumerable<IReadinessProbe> probes, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var checks = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var probe in probes) checks[probe.Name] = await probe.FindFaultAsync(cancellationToken) ?? "ok";
        if (lifetime.ApplicationStopping.IsCancellationRequested) checks["draining"] = "The server is stopping and takes no new work.";
        return new Readiness(checks.Values.All(c => c == "ok") ? "ready" : "not_ready", checks);
    }
}

internal sealed record Liveness(string Status);

/// <param name="Status"><c>ready</c> or <c>not_ready</c>.</param>
/// <param name="Checks">Each check by name: <c>ok</c>, or what is wrong.</param>
internal sealed record Readiness(string Status, IReadOnlyDictionary<string, string> Checks);

/// <param name="Engine">The database engine: <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Providers">Model providers that are built in, whether or not they have a key.</param>
internal sealed record HealthSummary(
    string Status, string Version, long UptimeSeconds, string Engine, SandboxHealth Sandbox, IReadOnlyList<string> Providers,
    IReadOnlyDictionary<string, string> Checks);

internal sealed record SandboxHealth(string? Name, bool Works);

/// <summary>How long the process has served.</summary>
internal sealed class Uptime(TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();

    public long Seconds => (long)time.GetElapsedTime(_began).TotalSeconds;
}
