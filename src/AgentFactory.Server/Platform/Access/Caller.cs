using AgentFactory.Core;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Platform.Access;

/// <summary>Who sent the request. A handler takes it as a parameter; authentication has set it before any handler runs.</summary>
/// <param name="KeyId">The key it was sent with; null over the data folder's socket.</param>
/// <param name="IsOperator">True when it came over the data folder's socket without a key.</param>
internal sealed record Caller(TenantId Tenant, Guid? KeyId, Scopes Scopes, bool IsOperator)
{
    /// <summary>True when the caller may use a route that demands <paramref name="scope"/>.</summary>
    public bool May(string scope) => scope == Scope.Operator ? IsOperator : Scopes.Has(scope);

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context)
        ?? throw new InvalidOperationException("A handler that takes a Caller must be on a route that demands a scope."));

    /// <summary>The caller of a request, or null before authentication and on anonymous routes.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
