using System.ComponentModel;
using System.Text.Json.Serialization;
using AgentFactory.Core.Models;
using AgentFactory.Engines.OpenAI;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Models;

/// <summary>
/// A model is what answers an agent: <c>provider/model</c>. The list holds those known by name, whether this tenant can call them now,
/// and what they cost today; a provider may serve others too.
/// </summary>
internal static class ModelsSlice
{
    /// <summary>The operator's own prices, in the form of the shipped ones (Core/Models/prices.json), which they go before.</summary>
    private const string PricesVariable = "AGENT_FACTORY_PRICES";

    /// <summary>
    /// The providers this server was set up with, their prices, and the catalogue over both. A faulty setting stops the start.
    /// </summary>
    public static IServiceCollection AddModels(this IServiceCollection services, ServerOptions options)
    {
        var http = new Lazy<HttpClient>(OpenAIProvider.CreateHttpClient);
        foreach (var endpoint in OpenAIEndpoint.Read(options.Environment))
            services.AddSingleton<IModelProvider>(new OpenAIProvider(endpoint, http));
        services.AddSingleton<IModelProvider, OfflineProvider>().AddSingleton<IModelCatalog, ModelCatalog>();
        return options.Environment(PricesVariable) is { Length: > 0 } file
            ? services.AddSingleton(PriceTable.WithFile(file))
            : services.AddSingleton<PriceTable>();
    }

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
            price?.Input.ToString(), price?.CachedInput.ToString(), price?.Output.ToString(),
            price is null ? null : "1M tokens", price?.Input.Currency);
    }
}
