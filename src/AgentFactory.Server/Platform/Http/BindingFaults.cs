using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Says in a caller's words what the framework could not bind to a handler's parameters.</summary>
internal static partial class BindingFaults
{
    public static AgentFactoryException Explain(HttpContext context, BadHttpRequestException fault, JsonSerializerOptions options)
    {
        var body = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>();
        switch (fault.StatusCode)
        {
            case StatusCodes.Status413PayloadTooLarge:
                return BodyLimits.TooLarge(context, fault);
            case StatusCodes.Status415UnsupportedMediaType:
                return UnsupportedMediaType(context);
            case StatusCodes.Status408RequestTimeout:
                return new AgentFactoryException(
                    ErrorCodes.InvalidRequest, "The body arrived too slowly. Send it again over a faster connection.", inner: fault);
        }
        if (fault.InnerException is JsonException json) return JsonFaults.Explain(json, body?.RequestType, options);
        if (fault.Message.Contains("from body", StringComparison.Ordinal)
            || fault.Message.Contains("no body was provided", StringComparison.Ordinal))
            return JsonFaults.Missing(body?.RequestType, options, fault);
        if (Parameter().Match(fault.Message) is { Success: true } parameter)
        {
            // C# calls it Limit or waitSeconds.
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Groups[1].Value);
            var isMissing = fault.Message.StartsWith("Required", StringComparison.Ordinal);
            return new AgentFactoryException(
                ErrorCodes.InvalidRequest, isMissing ? $"{name} is missing." : $"{name} does not take that value.", name, fault);
        }
        return new AgentFactoryException(
            ErrorCodes.InvalidRequest, "The request can't be read. Check its form against /openapi/v1.json.", inner: fault);
    }

    public static AgentFactoryException UnsupportedMediaType(HttpContext context)
    {
        var takes = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes ?? ["application/json"];
        return new AgentFactoryException(
            ErrorCodes.UnsupportedMediaType, $"Send the body as {string.Join(" or ", takes)} and say so in Content-Type.", "Content-Type");
    }

    // The framework writes: parameter "int? limit".
    [GeneratedRegex("""parameter "(?:[^"]* )?(\w+)" """)]
    private static partial Regex Parameter();
}
