using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Answers that carry the revision of a thing as its ETag, for the If-Match of a later change.</summary>
internal static class Versioned
{
    public static Versioned<T> Ok<T>(T body, long revision) => new(body, revision);

    public static VersionedCreated<T> Created<T>(string location, T body, long revision) => new(location, body, revision);
}

internal sealed class Versioned<T>(T body, long revision) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    public T? Value => body;
    public int? StatusCode => StatusCodes.Status200OK;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ETag = Revision.ETag(revision);
        return TypedResults.Ok(body).ExecuteAsync(httpContext);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}

internal sealed class VersionedCreated<T>(string location, T body, long revision)
    : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    public T? Value => body;
    public int? StatusCode => StatusCodes.Status201Created;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ETag = Revision.ETag(revision);
        return TypedResults.Created(location, body).ExecuteAsync(httpContext);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status201Created, typeof(T), ["application/json"]));
}
