using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Makes the start fail when a route forgot to say who may call it, what it is called, or how much it takes.</summary>
internal sealed class RouteCompleteness(EndpointDataSource endpoints) : IHostedLifecycleService
{
    /// <summary>Once the pipeline is built: the endpoints that are checked are the ones that serve, and are made only once.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
            if (FindFault(endpoint) is { } fault)
                throw new InvalidOperationException($"{endpoint.DisplayName} {fault}. State it with MapNoun and Named.");
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What a route lacks; null when it is complete.</summary>
    public static string? FindFault(RouteEndpoint endpoint)
    {
        var metadata = endpoint.Metadata;
        if (metadata.GetMetadata<RequiredScope>() is null == metadata.GetMetadata<AnonymousRoute>() is null)
            return "must have either a scope or be open to anybody";
        if (metadata.GetMetadata<IEndpointNameMetadata>() is null) return "has no operation id";
        if (metadata.GetMetadata<IEndpointSummaryMetadata>() is null) return "has no summary";
        if (metadata.GetMetadata<ITagsMetadata>() is not { Tags.Count: 1 }) return "must have one tag";
        return metadata.GetMetadata<BodyLimit>() is null ? "has no body limit" : null;
    }
}
