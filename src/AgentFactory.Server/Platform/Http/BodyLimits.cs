using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Gives each route's body its limit, and refuses a larger one before a byte of it is read where the length was announced.</summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Of(context) is not { } limit) return next(context);
        if (context.Request.ContentLength > limit.Bytes) throw TooLarge(context, null);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit.Bytes;
        return next(context);
    }

    public static AgentFactoryException TooLarge(HttpContext context, Exception? inner)
    {
        // The rest of the body stays unread, so the connection ends with this answer: a client that is told doesn't send its next request into it.
        if (!context.Response.HasStarted) context.Response.Headers.Connection = "close";
        return new AgentFactoryException(
            ErrorCodes.TooLarge, $"The body may have at most {Of(context)?.Bytes ?? BodyLimit.DefaultBytes:N0} bytes on this route. Send less.",
            inner: inner);
    }

    private static BodyLimit? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>();
}
