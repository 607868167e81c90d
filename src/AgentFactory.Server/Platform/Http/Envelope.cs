using System.Diagnostics;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Around every request: its id, the headers every answer has, and one line in the log.</summary>
internal sealed partial class Envelope(RequestDelegate next, TimeProvider time, ILogger<Envelope> log)
{
    public const string RequestIdHeader = "X-Request-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[RequestIdHeader].ToString();
        context.TraceIdentifier = IsWellFormed(sent) ? sent : Ids.Encode("req", Ids.New(time));
        Write(context.Response.Headers, context.TraceIdentifier);

        var began = Stopwatch.GetTimestamp();
        var carried = new RequestScope(context.TraceIdentifier);
        context.Features.Set(carried);
        using var scope = log.BeginScope(carried);
        try
        {
            await next(context);
        }
        finally
        {
            if (log.IsEnabled(LogLevel.Information))
                Handled(log, context.Request.Method, Template(context), context.Response.StatusCode,
                    Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <summary>What every answer carries, even to what is no request.</summary>
    internal static void Write(IHeaderDictionary headers, string requestId)
    {
        headers[RequestIdHeader] = requestId;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>Ids that clients choose end up in logs: only short ones of plain characters are taken over.</summary>
    private static bool IsWellFormed(string id) =>
        id.Length is > 0 and <= 128 && !id.AsSpan().ContainsAnyExcept(RequestIdCharacters);

    private static readonly System.Buffers.SearchValues<char> RequestIdCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>The route, never the path: a path holds names and ids, and whatever a stranger typed.</summary>
    internal static string Template(HttpContext context) =>
        context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } text } ? text.Length > 1 ? text.TrimEnd('/') : text : "(none)";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} {Status} {DurationMs:0.0} ms")]
    private static partial void Handled(ILogger log, string method, string route, int status, double durationMs);
}
