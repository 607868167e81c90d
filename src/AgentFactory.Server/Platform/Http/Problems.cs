using System.Text.Json;
using System.Text.Json.Serialization;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Writes refusals: the one place where an error becomes an answer.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";

    /// <summary>Where each code has its section.</summary>
    public const string Catalogue = "https://agent-factory.dev/errors#";

    public static Task WriteAsync(HttpContext context, AgentFactoryException refusal) => WriteAsync(
        context, refusal.Code, refusal.Message, refusal.Param, refusal.RetryAfter, refusal.Faults.Count == 0 ? null : refusal.Faults);

    public static Task WriteAsync(
        HttpContext context, ErrorCode code, string detail, string? param = null, int? retryAfter = null,
        IReadOnlyList<Fault>? faults = null)
    {
        var response = context.Response;
        response.StatusCode = code.Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        // A client that is told to come back must be told when, whoever refused it.
        if (retryAfter is null && code.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            retryAfter = 1;
        if (retryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (code == ErrorCodes.Unauthenticated) response.Headers.WWWAuthenticate = "Bearer";
        var bytes = Write(code, code.Status, detail, context.TraceIdentifier, param, faults);
        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public static byte[] Write(
        ErrorCode code, int status, string detail, string requestId, string? param = null, IReadOnlyList<Fault>? faults = null) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new Problem(Catalogue + code.Code, code.Title, status, detail, code.Code, param, requestId, faults), ProblemJson.Wire.Problem);
}

/// <summary>Made at build time: the first error of a process costs no reflection.</summary>
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    public static readonly ProblemJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
