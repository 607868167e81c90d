using System.Buffers;
using System.IO.Pipelines;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// Looks at bodies before anyone reads them. None may be compressed. Of JSON and YAML, invalid UTF-8 and NUL characters are refused:
/// PostgreSQL can't store a NUL in text, and what one engine refuses must not get into the other. A route that takes a file
/// (<see cref="Stream"/>) reads it itself.
/// </summary>
internal sealed class BodyText(RequestDelegate next)
{
    private static ReadOnlySpan<byte> EscapedNul => "\\u0000"u8;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is { RequestType: { } type } accepts)
        {
            RefuseCompressed(context.Request);
            if (type != typeof(Stream) && accepts.ContentTypes.Contains("application/json"))
            {
                CheckCharset(context.Request);
                await CheckAsync(context);
            }
        }
        await next(context);
    }

    private static void RefuseCompressed(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw new AgentFactoryException(
                ErrorCodes.UnsupportedMediaType, "Compressed bodies are not taken. Send the body as it is, without Content-Encoding.",
                "Content-Encoding");
    }

    private static void CheckCharset(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue) return;
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            throw new AgentFactoryException(
                ErrorCodes.UnsupportedMediaType, "Only UTF-8 is taken. Send the body in it, with that charset or without one.",
                "Content-Type");
        // The framework doesn't know the name in quotes, and needs none.
        type.Charset = default;
        request.ContentType = type.ToString();
    }

    /// <summary>Checks the body and leaves it unread.</summary>
    private static async ValueTask CheckAsync(HttpContext context)
    {
        var body = await PeekAsync(context.Request.BodyReader, context.RequestAborted);
        try
        {
            Check(body);
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.Start, body.Start);
        }
    }

    /// <summary>Waits for the whole body; the caller must give it back with AdvanceTo.</summary>
    internal static async ValueTask<ReadOnlySequence<byte>> PeekAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted || read.IsCanceled) return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static void Check(ReadOnlySequence<byte> body)
    {
        if (body.IsEmpty) return;
        if (body.IsSingleSegment)
        {
            Check(body.FirstSpan);
            return;
        }
        // A character may lie across two segments of the pipe.
        var length = checked((int)body.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(whole);
            Check(whole.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    internal static void Check(ReadOnlySpan<byte> body)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body))
            throw new AgentFactoryException(ErrorCodes.InvalidJson, "The body is not valid UTF-8. Send it encoded as UTF-8.");
        if (body.Contains((byte)0) || HoldsEscapedNul(body))
            throw new AgentFactoryException(
                ErrorCodes.InvalidJson, "The body holds a NUL character (U+0000), which no text may. Remove it.");
    }

    private static bool HoldsEscapedNul(ReadOnlySpan<byte> body)
    {
        for (var at = body.IndexOf(EscapedNul); at >= 0;)
        {
            // An even number of backslashes before it escapes those: then this one begins an escape.
            var before = 0;
            while (at - before > 0 && body[at - before - 1] == (byte)'\\') before++;
            if (before % 2 == 0) return true;
            var next = body[(at + EscapedNul.Length)..].IndexOf(EscapedNul);
            at = next < 0 ? -1 : at + EscapedNul.Length + next;
        }
        return false;
    }
}
