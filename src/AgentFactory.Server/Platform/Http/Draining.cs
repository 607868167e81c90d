using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Once the server stops, requests that still arrive on open connections are sent elsewhere. Probes are still answered.</summary>
internal sealed class Draining(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested || context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is null)
            return next(context);
        context.Response.Headers.Connection = "close";
        throw new AgentFactoryException(ErrorCodes.Unavailable, "The server is stopping. Send the request again.") { RetryAfter = 5 };
    }
}
