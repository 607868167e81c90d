using System.ComponentModel;
using System.Text.Json.Serialization;
using AgentFactory.Core.Models;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Models;

/// <summary>
/// A model is what answers an agent: <c>provider/model</c>. The list holds those known by name, whether this tenant can call them now,
/// and what they cost today; a provider may serve others too.
/// </summary>
internal static class ModelsSlice
{
    public static void MapModels(this IEndpointRouteBuilder v1) =>
        v1.MapNoun("models").MapGet("/", ListAsync).Named("models.list", Scope.ModelsRead, "List the known models with today's prices");

    private static async Task<Ok<Page<ModelResponse>>> ListAsync(
        Caller caller, IEnumerable<IModelProvider> providers, ICredentialSource credentials, PriceTable prices, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (models, now) = (new List<ModelResponse>(), time.GetUtcNow());
        foreach (var provider in providers.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            var available = !provider.NeedsKey
                || await credentials.FindAsync(caller.Tenant, provider.KeyName!, cancellationToken) is not null;
            models.AddRange(
                provider.Models.Select(model => ModelResponse.Of(new ModelName(provider.Name, model), provider, available, prices, now)));
        }
        return TypedResults.Ok(new Page<ModelResponse>(models, null));
    }
}

/// <summary>A model as it is shown. A price that is not known is left out: a run's cost is incomplete then.</summary>
internal sealed record ModelResponse(
    string Id,
    string Provider,
    [property: Description("Whether the tenant can call it now.")] bool Available,
    [property: Description("The secret or environment variable that holds the provider's key."),
               JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    string? Needs,
    string? InputPrice,
    string? CachedInputPrice,
    string? OutputPrice,
    string? PriceUnit,
    string? Currency)
{
    public static ModelResponse Of(ModelName name, IModelProvider provider, bool available, PriceTable prices, DateTimeOffset now)
    {
        var price = prices.Find(name, now);
        return new ModelResponse(
            name.ToString(), provider.Name, available, provider.NeedsKey ? provider.KeyName : null,
            price?.Input.ToString(), price?.CachedInput.ToString(), price?.Output.ToString(), price is null
                ? null : "1M tokens", price?.Input.Currency);
    }
}
