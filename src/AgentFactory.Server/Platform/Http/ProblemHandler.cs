using System.Data.Common;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Turns what was thrown, and answers without a body, into problem documents.</summary>
internal sealed class ProblemHandler(
    RequestDelegate next, IOptions<JsonOptions> json, IHostApplicationLifetime lifetime, ILogger<ProblemHandler> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response is { ContentType: null, ContentLength: null })
                await ExplainStatusAsync(context);
        }
        catch (Exception failure) when (context.Response.HasStarted)
        {
            // Half an answer can't become a problem document. Closing the connection tells the client that it is not whole.
            if (!context.RequestAborted.IsCancellationRequested) log.LogError(failure, "The answer broke off after it had begun");
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Problems.WriteAsync(context, ErrorCodes.Unavailable, "The server is stopping. Send the request again.", retryAfter: 5);
        }
        catch (AgentFactoryException refusal)
        {
            if (refusal.Code.Status >= 500 && refusal.InnerException is { } cause)
                log.LogError(cause, "Refused with {Code}", refusal.Code.Code);
            await Problems.WriteAsync(context, refusal);
        }
        catch (BadHttpRequestException bad)
        {
            await Problems.WriteAsync(context, BindingFaults.Explain(context, bad, json.Value.SerializerOptions));
        }
        catch (DbException failure) when (failure.IsTransient)
        {
            log.LogError(failure, "The database did not take the request");
            await Problems.WriteAsync(
                context, ErrorCodes.Unavailable, "The database cannot be reached. Send the request again.", retryAfter: 5);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "A request failed");
            await Problems.WriteAsync(context, ErrorCodes.Internal,
                "Something failed on our side. Send the request again; if it fails again, give the request id to whoever runs "
                + "this server.");
        }
    }

    private static Task ExplainStatusAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound when context.GetEndpoint() is null => Problems.WriteAsync(
            context, ErrorCodes.NotFound, "There is no such route. /openapi/v1.json lists all of them."),
        StatusCodes.Status404NotFound => Problems.WriteAsync(context, EntityId.NotFound("thing")),
        StatusCodes.Status405MethodNotAllowed => Problems.WriteAsync(
            context, ErrorCodes.MethodNotAllowed, $"This route takes {context.Response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => Problems.WriteAsync(context, BindingFaults.UnsupportedMediaType(context)),
        _ => Task.CompletedTask,
    };
}
