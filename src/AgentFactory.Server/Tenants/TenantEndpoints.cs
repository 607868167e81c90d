using System.Text.RegularExpressions;
using AgentFactory.Core;
using AgentFactory.Server.Keys;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentFactory.Server.Tenants;

internal static partial class TenantEndpoints
{
    public static async Task<Page<TenantResponse>> List(
        [AsParameters] ListQuery query, TenantStore tenants, CancellationToken cancellationToken)
    {
        var rows = await tenants.ListAsync(query.After, query.Take, cancellationToken);
        return Page.Of(rows, query, t => t.TenantId, t => new TenantResponse(new TenantId(t.TenantId).ToString(), t.Name, t.CreatedAt));
    }

    public static async Task<Created<CreatedTenantResponse>> Create(
        CreateTenantRequest body, IdempotentRequest request, TenantStore tenants, KeyStore keys, CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(body.Name))
            throw new AgentFactoryException(ErrorCodes.Invalid,
                "name must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit.", "name");
        var tenant = new TenantId(request.NewId());
        var created = await tenants.CreateAsync(tenant, body.Name, cancellationToken);
        // The first attempt's owner key, if there was one, never reached anybody: the same id gets a new text.
        var key = await keys.CreateAsync(tenant, tenant.Value, "owner", ["*"], null, cancellationToken);
        return TypedResults.Created($"/v1/tenants/{tenant}", new CreatedTenantResponse(tenant.ToString(), body.Name, key.Text, created));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex Name();
}
