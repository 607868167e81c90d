using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// Gives each route's body its limit, and refuses a larger one before a byte of it is read where the length was announced.
/// </summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    /// <summary>
    /// A refused body that is only so much too large is still read, and dropped: a client that is cut off while it sends never sees the answer.
    /// </summary>
    private const long ReadAway = 8 << 20;

    public Task InvokeAsync(HttpContext context)
    {
        if (Of(context) is not { } limit) return next(context);
        var isTooLarge = context.Request.ContentLength > limit.Bytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = isTooLarge ? limit.Bytes + ReadAway : limit.Bytes;
        return isTooLarge ? throw TooLarge(context, null) : next(context);
    }

    public static AgentFactoryException TooLarge(HttpContext context, Exception? inner)
    {
        // What is more than is read away stays unread, so the connection ends with this answer: a client that is told doesn't send its next
        // request into it.
        if (!context.Response.HasStarted) context.Response.Headers.Connection = "close";
        return new AgentFactoryException(
            ErrorCodes.TooLarge, $"The body may have at most {Of(context)?.Bytes ?? BodyLimit.DefaultBytes:N0} bytes on this route. Send less.",
            inner: inner);
    }

    private static BodyLimit? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>();
}
