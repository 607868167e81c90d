using System.Text.Json;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// For routes that take more than JSON and so read their body themselves: the same rules and the same errors as everywhere.
/// </summary>
internal static class JsonBody
{
    public static async Task<T> ReadAsync<T>(HttpContext context)
    {
        await BodyText.CheckAsync(context);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.BodyReader, options, context.RequestAborted)
                ?? throw new AgentFactoryException(ErrorCodes.InvalidJson, "The body is null; send an object.");
        }
        catch (JsonException fault)
        {
            throw JsonFaults.Explain(fault, typeof(T), options);
        }
    }
}
