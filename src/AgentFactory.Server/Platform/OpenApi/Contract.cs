using System.Text;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AgentFactory.Server.Platform.OpenApi;

/// <summary>
/// The public contract, <c>/openapi/v1.json</c>: OpenAPI 3.1 made from the routes themselves, the same bytes on every machine. It is
/// generated when first asked for, and kept.
/// </summary>
internal static class Contract
{
    private const string Name = "v1";

    public static IServiceCollection AddContract(this IServiceCollection services) => services
        .AddSingleton<ContractText>()
        .AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = ContractSchemas.NameOf;
            options.AddOperationTransformer(ContractOperations.CompleteAsync);
            options.AddDocumentTransformer(ContractDocument.CompleteAsync);
        });

    public static void MapContract(this IEndpointRouteBuilder app) => app
        .MapGet("/openapi/v1.json", async (ContractText contract, CancellationToken cancellationToken) =>
            TypedResults.Bytes(await contract.ReadAsync(cancellationToken), "application/json"))
        .WithTags("contract")
        .WithMetadata(BodyLimit.Default)
        .NamedAnonymous("contract.read", "This document")
        .ExcludeFromDescription();

    private sealed class ContractText([FromKeyedServices(Name)] IOpenApiDocumentProvider documents)
    {
        private byte[]? _text;

        /// <summary>Two first callers may both make it: they make the same.</summary>
        public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
        {
            if (_text is not null) return _text;
            var document = await documents.GetOpenApiDocumentAsync(cancellationToken);
            return _text = Encoding.UTF8.GetBytes(
                (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken)).ReplaceLineEndings("\n") + "\n");
        }
    }
}
