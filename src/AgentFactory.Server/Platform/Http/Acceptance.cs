using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Refuses a request that accepts no form its route answers in. Every route answers in JSON; some in more.</summary>
internal sealed class Acceptance(RequestDelegate next)
{
    private static readonly string[] Always = ["application/json", Problems.MediaType];

    public Task InvokeAsync(HttpContext context)
    {
        var accept = context.Request.Headers.Accept;
        if (accept.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is null) return next(context);
        var text = accept.ToString();
        if (text is "*/*" or "application/json" || !MediaTypeHeaderValue.TryParseList(accept, out var accepted)) return next(context);
        var also = context.GetEndpoint()!.Metadata.GetMetadata<OtherAnswers>()?.MediaTypes ?? [];
        if (Always.Concat(also).Any(type => accepted.Any(a => Takes(a, type)))) return next(context);
        throw new AgentFactoryException(ErrorCodes.NotAcceptable,
            $"This route answers as {string.Join(" or ", also.Prepend(Always[0]))}. Accept one of them.", "Accept");
    }

    /// <summary>Parameters don't count: a charset asks for nothing that JSON isn't already.</summary>
    private static bool Takes(MediaTypeHeaderValue accepted, string type) => accepted.Quality is not 0
        && (accepted.MatchesAllTypes
            || accepted.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)
            || (accepted.MatchesAllSubTypes && type.StartsWith($"{accepted.Type}/", StringComparison.OrdinalIgnoreCase)));
}
