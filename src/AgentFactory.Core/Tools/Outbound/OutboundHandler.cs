using System.Net;

namespace AgentFactory.Core.Tools.Outbound;

/// <summary>
/// Checks where a request goes, and follows redirects itself, so that each hop is checked as the first one was and no credential
/// follows to another origin.
/// </summary>
internal sealed class OutboundHandler(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    public const int MaxRedirects = 5;

    // Everything else a caller sets may be a credential: it stays with the origin it was meant for.
    private static readonly string[] Harmless = ["Accept", "Accept-Language", "User-Agent"];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var hop = request;
        for (var hops = 0; ; hops++)
        {
            Check(hop.RequestUri!);
            // HTTP/3 would not pass through our own connecting.
            (hop.Version, hop.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
            var response = await SendOneAsync(hop, cancellationToken);
            if (Target(hop, response) is not { } target) return response;
            response.Dispose();
            if (hops == MaxRedirects) throw Refused($"The server redirected more than {MaxRedirects} times.");
            if (hop.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp)
                throw Refused("The server redirected from https to http, which would send the request in the clear.");
            hop = Follow(hop, response.StatusCode, target);
        }
    }

    /// <summary>What connecting refused comes wrapped as a failure of the network; the caller gets the refusal itself.</summary>
    private async Task<HttpResponseMessage> SendOneAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is AgentFactoryException refusal)
        {
            throw new AgentFactoryException(refusal.Code, refusal.Message, refusal.Param, e);
        }
    }

    private static void Check(Uri uri)
    {
        if (uri.Scheme is not ("http" or "https")) throw Refused($"Only http and https addresses can be called, not {uri.Scheme}.");
        if (uri.UserInfo.Length > 0)
            throw Refused("A URL with a user name or password in it is not called; put credentials into a header.");
    }

    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect && response.Headers.Location is { } location
            && Uri.TryCreate(request.RequestUri!, location, out var target)
            ? target
            : null;

    private static HttpRequestMessage Follow(HttpRequestMessage request, HttpStatusCode status, Uri target)
    {
        // RFC 9110: 303 asks for GET, 301 and 302 are taken that way after a POST; 307 and 308 keep the method and the body.
        var becomesGet = status == HttpStatusCode.SeeOther && request.Method != HttpMethod.Head
            || status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found && request.Method == HttpMethod.Post;
        var next = new HttpRequestMessage(becomesGet ? HttpMethod.Get : request.Method, target)
        {
            Content = becomesGet ? null : request.Content,
        };
        var sameOrigin = Uri.Compare(
            request.RequestUri!, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        foreach (var header in request.Headers)
        {
            if (sameOrigin || Harmless.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
                next.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        return next;
    }

    private static AgentFactoryException Refused(string why) => new(ErrorCodes.Invalid, why, "url");
}
