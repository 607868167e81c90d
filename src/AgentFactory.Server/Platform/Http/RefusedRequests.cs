using System.Diagnostics;
using AgentFactory.Core;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// Answers what is no HTTP request, or none that gets as far as the pipeline: a NUL in the path, headers without end, two lengths. Kestrel
/// refuses those with a bare status and tells of it by this event only, before it writes: a problem document goes out here in its place.
/// </summary>
internal sealed class RefusedRequests(DiagnosticListener events, TimeProvider time, ILogger<RefusedRequests> log)
    : IHostedService, IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = events.Subscribe(this, name => name == Event);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection request) _ = AnswerAsync(request);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private async Task AnswerAsync(IFeatureCollection request)
    {
        var response = request.GetRequiredFeature<IHttpResponseFeature>();
        if (response.HasStarted || request.Get<IBadRequestExceptionFeature>()?.Error is not BadHttpRequestException fault) return;
        // A client that begins with HTTP/2 reads frames only: it gets Kestrel's, which says to use HTTP/1.1.
        if (fault.Message.Contains("HTTP/2", StringComparison.Ordinal)) return;
        var id = Ids.Encode("req", Ids.New(time));
        log.LogInformation("Refused with {Status} before it was a request, as {RequestId}", fault.StatusCode, id);
        var bytes = Problems.Write(ErrorCodes.InvalidRequest, fault.StatusCode, Detail(fault.StatusCode), id);
        response.StatusCode = fault.StatusCode;
        Envelope.Write(response.Headers, id);
        response.Headers.ContentType = Problems.MediaType;
        response.Headers.ContentLength = bytes.Length;
        response.Headers.Connection = "close";
        // Once an answer has begun, Kestrel writes none of its own and closes the connection. So few bytes go out without waiting. The
        // body's own writer is made with the pipeline's request, which there is none of: they go the way that the headers went.
        await request.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync();
        var connection = request.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output;
        await connection.WriteAsync(bytes);
    }

    private static string Detail(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "The request did not arrive in time. Send it again.",
        StatusCodes.Status414UriTooLong => "The path and query are too long. Send less in them.",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "The headers are too many or too long. Send fewer.",
        StatusCodes.Status505HttpVersionNotsupported => "Only HTTP/1.0 and HTTP/1.1 are spoken here. Use one of them.",
        _ => "This is no HTTP request that can be read. Look for control characters in the path and for broken or repeated headers.",
    };
}
