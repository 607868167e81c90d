using System.Text;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentFactory.Server.Agents;

/// <summary>
/// An answer as JSON or, for a client whose Accept prefers it, as YAML: the same document, with the revision as its ETag.
/// </summary>
internal sealed class AgentAnswer<T>(T body, long? revision, string? location = null) : IResult, IStatusCodeHttpResult, IValueHttpResult<T>
{
    public T? Value => body;
    public int? StatusCode => location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCode!.Value;
        response.Headers.Vary = HeaderNames.Accept;
        if (revision is { } known) response.Headers.ETag = Revision.ETag(known);
        if (location is not null) response.Headers.Location = location;
        if (AgentMedia.PrefersYaml(httpContext.Request))
        {
            response.ContentType = AgentMedia.Yaml;
            await response.WriteAsync(
                YamlWriter.Write(JsonSerializer.SerializeToElement(body, Wire.Options)), Encoding.UTF8, httpContext.RequestAborted);
        }
        else
        {
            await response.WriteAsJsonAsync(body, httpContext.RequestAborted);
        }
    }
}

/// <summary>The forms in which definitions travel.</summary>
internal static class AgentMedia
{
    public const string Json = "application/json";

    /// <summary>RFC 9512.</summary>
    public const string Yaml = "application/yaml";

    /// <summary>What clients wrote before there was an RFC.</summary>
    private static readonly string[] OtherYaml = ["application/x-yaml", "text/yaml", "text/x-yaml"];

    public static bool IsYaml(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && IsYaml(type);

    public static bool PrefersYaml(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepts)) return false;
        return Best(accepts.Where(IsYaml)) is var yaml and > 0 && yaml >= Best(accepts.Where(t => !IsYaml(t)));
    }

    /// <summary>Says in the contract that a route takes a definition in either form.</summary>
    public static RouteHandlerBuilder TakesDefinition(this RouteHandlerBuilder route) =>
        route.Accepts<AgentDefinition>(Json, [Yaml, .. OtherYaml]);

    /// <summary>Says in the contract that a route answers in either form.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status = StatusCodes.Status200OK) =>
        route.Produces<T>(status, Json, Yaml).AlsoAnswers([Yaml, .. OtherYaml]);

    private static double Best(IEnumerable<MediaTypeHeaderValue> types) => types.Select(t => t.Quality ?? 1).DefaultIfEmpty(0).Max();

    private static bool IsYaml(MediaTypeHeaderValue type) =>
        type.MediaType.Equals(Yaml, StringComparison.OrdinalIgnoreCase)
            || OtherYaml.Any(o => type.MediaType.Equals(o, StringComparison.OrdinalIgnoreCase));
}
