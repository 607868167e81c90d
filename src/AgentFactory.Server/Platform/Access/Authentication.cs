using AgentFactory.Core;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Telemetry;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Platform.Access;

/// <summary>
/// Finds out who is calling. It refuses nothing: what an unknown caller may not do is <see cref="Authorization"/>'s, after their
/// requests were counted.
/// </summary>
internal sealed class Authentication(RequestDelegate next, IEnumerable<ICredentialCheck> checks, Installation installation)
{
    private readonly ICredentialCheck[] _checks = [.. checks];

    public async Task InvokeAsync(HttpContext context)
    {
        if (await FindAsync(context) is { } caller)
        {
            context.Features.Set(caller);
            if (context.Features.Get<RequestScope>() is { } scope) scope.Tenant = caller.Tenant;
        }
        await next(context);
    }

    private async ValueTask<Caller?> FindAsync(HttpContext context)
    {
        if (Credential(context.Request) is { } credential)
        {
            foreach (var check in _checks)
                if (check.Knows(credential)) return await check.FindAsync(credential, context.RequestAborted);
            return null;
        }
        // A request over the socket that names a key is that key's, so that an operator can try what a key may do.
        return OperatorConnection.Is(context) ? new Caller(installation.OperatorTenant, null, Scopes.Owner, IsOperator: true) : null;
    }

    private static string? Credential(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (header.Length > 0)
            return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
        var key = request.Headers["X-Api-Key"].ToString();
        return key.Length > 0 ? key : null;
    }
}

/// <summary>Lets a request through only where its route says that this caller may. A route that says nothing is closed.</summary>
internal sealed class Authorization(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        // No endpoint, or one of routing's own for 405 and 415: there is nothing to protect.
        if (context.GetEndpoint() is not Microsoft.AspNetCore.Routing.RouteEndpoint endpoint) return next(context);
        if (endpoint.Metadata.GetMetadata<AnonymousRoute>() is not null) return next(context);
        if (Caller.Of(context) is not { } caller)
            throw new AgentFactoryException(ErrorCodes.Unauthenticated,
                "Send a valid key as Authorization: Bearer af_… or in X-Api-Key. agent-factory key create makes one.");
        var scope = endpoint.Metadata.GetMetadata<RequiredScope>()?.Scope;
        if (scope is null || !caller.May(scope)) throw Refusal(scope);
        return next(context);
    }

    private static AgentFactoryException Refusal(string? scope) => scope switch
    {
        Scope.Operator => new(ErrorCodes.Forbidden,
            "Only the operator may do this, over the socket in the data folder: run agent-factory on the server's machine "
            + "without --server."),
        null => new(ErrorCodes.Forbidden, "This route is closed."),
        _ => new(ErrorCodes.Forbidden, $"The key lacks the scope {scope}. Use a key that has it, or create one."),
    };
}
