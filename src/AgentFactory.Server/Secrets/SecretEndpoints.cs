using System.Text.RegularExpressions;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentFactory.Server.Secrets;

internal static partial class SecretEndpoints
{
    private const int MostCharacters = 65_536;

    /// <summary>JSON may write each character as <c>\uXXXX</c>.</summary>
    public const long MostBytes = 6 * MostCharacters + 1_024;

    public static async Task<Page<SecretResponse>> List(
        [AsParameters] ListQuery query, Caller caller, SecretStore secrets, CancellationToken cancellationToken)
    {
        var rows = await secrets.ListAsync(caller.Tenant, query.After, query.Take, cancellationToken);
        return Page.Of(rows, query, s => s.SecretId, Show);
    }

    public static async Task<Results<Ok<SecretResponse>, Created<SecretResponse>>> Put(
        string name, PutSecretRequest body, Caller caller, SecretStore secrets, SecretCredentials credentials,
        CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(name))
            throw new AgentFactoryException(ErrorCodes.Invalid,
                "A secret's name is 1 to 128 capital letters, digits and underscores, beginning with a letter, like OPENAI_API_KEY.",
                "name");
        if (body.Value.Length is 0 or > MostCharacters)
            throw new AgentFactoryException(ErrorCodes.Invalid, $"value must have 1 to {MostCharacters:N0} characters.", "value");
        var (row, isNew) = await secrets.PutAsync(caller.Tenant, name, body.Value, cancellationToken);
        credentials.Forget(caller.Tenant, name);
        return isNew ? TypedResults.Created($"/v1/secrets/{name}", Show(row)) : TypedResults.Ok(Show(row));
    }

    public static async Task<NoContent> Delete(
        string name, Caller caller, SecretStore secrets, SecretCredentials credentials, CancellationToken cancellationToken)
    {
        if (!await secrets.DeleteAsync(caller.Tenant, name, cancellationToken)) throw EntityId.NotFound("secret");
        credentials.Forget(caller.Tenant, name);
        return TypedResults.NoContent();
    }

    private static SecretResponse Show(SecretRow secret) =>
        new(Ids.Encode("sec", secret.SecretId), secret.Name, secret.CreatedAt, secret.UpdatedAt);

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,127}\z")]
    private static partial Regex Name();
}
