using System.Net;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AgentFactory.Server.Platform.Telemetry;

/// <summary>
/// <c>/metrics</c> for Prometheus, to callers on the same machine and to keys that may do everything. Counting begins with the first
/// scrape: a process nobody scrapes pays nothing for it.
/// </summary>
internal sealed class MetricsRoute(IServiceProvider services) : IDisposable
{
    private static readonly string[] ProxyHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    private readonly Lock _gate = new();
    private MeterProvider? _meters;
    private RequestDelegate? _scrape;

    public Task AnswerAsync(HttpContext context)
    {
        if (!MayScrape(context))
            throw new AgentFactoryException(ErrorCodes.Forbidden, "Scrape from the machine itself, or send a key with the scope *.");
        return Scraper()(context);
    }

    public void Dispose() => _meters?.Dispose();

    private static bool MayScrape(HttpContext context)
    {
        if (Caller.Of(context) is { } caller) return caller.May(Scope.Everything);
        // Behind a proxy on the same machine every stranger looks local; the proxy gives itself away by what it adds.
        return !ProxyHeaders.Any(context.Request.Headers.ContainsKey)
            && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
    }

    private RequestDelegate Scraper()
    {
        lock (_gate)
        {
            if (_scrape is not null) return _scrape;
            _meters = TelemetrySetup.Measure(Sdk.CreateMeterProviderBuilder())
                .AddPrometheusExporter(scrape => scrape.ScrapeResponseCacheDurationMilliseconds = 0).Build();
            return _scrape = new ApplicationBuilder(services)
                .UseOpenTelemetryPrometheusScrapingEndpoint(_meters, _ => true, null, null, null).Build();
        }
    }
}

internal static class MetricsRouteMapping
{
    public static void MapMetrics(this IEndpointRouteBuilder app) => app
        .MapGet("/metrics", (HttpContext context, MetricsRoute metrics) => metrics.AnswerAsync(context))
        .WithTags("health")
        .WithMetadata(BodyLimit.Default)
        .NamedAnonymous("metrics", "Metrics for Prometheus, from the same machine or with a key that has every scope")
        .ExcludeFromDescription();
}
