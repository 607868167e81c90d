using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentFactory.Server.Keys;

internal static class KeyEndpoints
{
    public static async Task<Page<KeyResponse>> List(
        [AsParameters] ListQuery query, Caller caller, KeyStore keys, CancellationToken cancellationToken)
    {
        var rows = await keys.ListAsync(caller.Tenant, query.After, query.Take, cancellationToken);
        return Page.Of(rows, query, k => k.KeyId, k => Show(k, null));
    }

    public static async Task<Created<KeyResponse>> Create(
        CreateKeyRequest body, Caller caller, IdempotentRequest request, KeyStore keys, TimeProvider time,
        CancellationToken cancellationToken)
    {
        Check(body, caller, time.GetUtcNow());
        var key = await keys.CreateAsync(
            caller.Tenant, request.NewId(), body.Name, body.Scopes, body.ExpiresAt?.ToUniversalTime(), cancellationToken);
        var shown = Show(key.Row, key.Text);
        return TypedResults.Created($"/v1/keys/{shown.Id}", shown);
    }

    public static async Task<Ok<KeyResponse>> Find(string key, Caller caller, KeyStore keys, CancellationToken cancellationToken) =>
        await keys.FindAsync(caller.Tenant, EntityId.Parse("key", key, "key"), cancellationToken) is { } row
            ? TypedResults.Ok(Show(row, null))
            : throw EntityId.NotFound("key");

    public static async Task<NoContent> Revoke(
        string key, Caller caller, KeyStore keys, KeyCheck check, CancellationToken cancellationToken)
    {
        var id = EntityId.Parse("key", key, "key");
        if (!await keys.RevokeAsync(caller.Tenant, id, cancellationToken)) throw EntityId.NotFound("key");
        check.Forget(id);
        return TypedResults.NoContent();
    }

    private static void Check(CreateKeyRequest body, Caller caller, DateTimeOffset now)
    {
        if (body.Name.Length is 0 or > 100 || body.Name.Any(char.IsControl))
            throw new AgentFactoryException(ErrorCodes.Invalid, "name must have 1 to 100 characters and no control characters.", "name");
        if (body.Scopes.Count == 0)
            throw new AgentFactoryException(
                ErrorCodes.Invalid, $"scopes must name at least one of {string.Join(", ", Scope.All)}.", "scopes");
        for (var i = 0; i < body.Scopes.Count; i++)
            if (!Scope.All.Contains(body.Scopes[i]))
                throw new AgentFactoryException(
                    ErrorCodes.Invalid, $"There is no such scope. There are {string.Join(", ", Scope.All)}.", $"scopes[{i}]");
        if (caller.Scopes.FirstBeyond(body.Scopes) is { } beyond)
            throw new AgentFactoryException(
                ErrorCodes.Forbidden, $"A key can't give what it doesn't have itself: it lacks {beyond}.", "scopes");
        if (body.ExpiresAt <= now)
            throw new AgentFactoryException(ErrorCodes.Invalid, "expires_at must be in the future.", "expires_at");
    }

    private static KeyResponse Show(KeyRow key, string? text) => new(
        Ids.Encode("key", key.KeyId), key.Name, Scopes.Parse(key.Scopes).ToList(), text, key.CreatedAt, key.ExpiresAt, key.LastUsedAt);
}
