using AgentFactory.Core;
using System.Buffers;
using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentFactory.Server.Agents;

/// <summary>A definition as it was sent, in JSON or in YAML. A handler takes it as a parameter.</summary>
internal sealed record DefinitionBody(AgentDefinition Definition)
{
    public static async ValueTask<DefinitionBody> BindAsync(HttpContext context)
    {
        var json = await ReadAsync(context);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return new DefinitionBody(JsonSerializer.Deserialize<AgentDefinition>(json, options)
                ?? throw new AgentFactoryException(ErrorCodes.InvalidJson, "The body is null; send an agent's definition."));
        }
        catch (JsonException fault)
        {
            throw JsonFaults.Explain(fault, typeof(AgentDefinition), options);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var body = await BodyText.PeekAsync(reader, context.RequestAborted);
        var sent = body.ToArray();
        reader.AdvanceTo(body.End);
        if (!AgentMedia.IsYaml(context.Request.ContentType)) return sent;
        var json = YamlReader.ToJson(sent);
        // YAML writes a NUL in ways of its own.
        BodyText.Check(json);
        return json;
    }
}
