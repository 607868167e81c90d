using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Idempotency;
using AgentFactory.Server.Platform.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Platform.Http;

/// <summary>What every request passes, in order.</summary>
internal static class HttpPipeline
{
    public static IServiceCollection AddHttp(this IServiceCollection services, ServerOptions options)
    {
        services.ConfigureHttpJsonOptions(json => WebJson.Configure(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        return services
            .AddRoutingCore()
            .AddSingleton(new RateLimitOptions().Read(options.Environment))
            .AddSingleton<RequestAllowance>()
            .AddHostedService<RouteCompleteness>()
            .AddHostedService<RefusedRequests>()
            .AddSingleton<IdempotencyStore>()
            .AddSingleton<Chores.IChore, IdempotencySweep>();
    }

    public static void UseHttp(this IApplicationBuilder app) => app
        .UseMiddleware<Envelope>()
        .UseMiddleware<ProblemHandler>()
        .UseRouting()
        .UseMiddleware<Authentication>()
        .UseMiddleware<RateLimiting>()
        .UseMiddleware<Authorization>()
        .UseMiddleware<Draining>()
        .UseMiddleware<BodyLimits>()
        .UseMiddleware<Acceptance>()
        .UseMiddleware<BodyText>()
        .UseMiddleware<IdempotentPosts>();
}
