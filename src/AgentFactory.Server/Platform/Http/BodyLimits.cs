using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// Gives each route's body its limit, and refuses a larger one before a byte of it is read where the length was announced. Bodies that may
/// be large share one allowance of memory, taken before they are read: however many clients send at once, it is all there is.
/// </summary>
internal sealed class BodyLimits(RequestDelegate next)
{
    /// <summary>Bytes of large bodies in memory at once; beyond it a client is told to come back.</summary>
    private const long MostBytesAtOnce = 256L << 20;

    /// <summary>
    /// A refused body that is only so much too large is still read, and dropped: a client that is cut off while it sends never sees the
    /// answer.
    /// </summary>
    private const long ReadAway = 8 << 20;

    /// <summary>Nobody holds that memory with a trickle of bytes.</summary>
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 16 << 10, gracePeriod: TimeSpan.FromSeconds(10));

    private long _largeBytes;

    public Task InvokeAsync(HttpContext context)
    {
        if (Of(context) is not { } limit) return next(context);
        var length = context.Request.ContentLength;
        var isTooLarge = length > limit.Bytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = isTooLarge ? limit.Bytes + ReadAway : limit.Bytes;
        if (isTooLarge) throw TooLarge(context, null);
        var expected = length ?? limit.Bytes;
        return expected > BodyLimit.DefaultBytes ? WithRoomAsync(context, expected) : next(context);
    }

    public static AgentFactoryException TooLarge(HttpContext context, Exception? inner)
    {
        // What is more than is read away stays unread, so the connection ends with this answer: a client that is told doesn't send its next
        // request into it.
        if (!context.Response.HasStarted) context.Response.Headers.Connection = "close";
        return new AgentFactoryException(
            ErrorCodes.TooLarge,
            $"The body may have at most {Of(context)?.Bytes ?? BodyLimit.DefaultBytes:N0} bytes on this route. Send less.", inner: inner);
    }

    private async Task WithRoomAsync(HttpContext context, long bytes)
    {
        try
        {
            if (Interlocked.Add(ref _largeBytes, bytes) > MostBytesAtOnce)
                throw new AgentFactoryException(
                    ErrorCodes.Unavailable, "Too many large bodies are being sent at this moment. Send it again.")
                { RetryAfter = 5 };
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = LeastRate;
            await next(context);
        }
        finally
        {
            Interlocked.Add(ref _largeBytes, -bytes);
        }
    }

    private static BodyLimit? Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>();
}
