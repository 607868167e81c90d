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
    public static async ValueTask<DefinitionBody> BindAsync(HttpContext context) => new(
        AgentMedia.IsYaml(context.Request.ContentType) ? await ReadYamlAsync(context) : await JsonBody.ReadAsync<AgentDefinition>(context));

    private static async Task<AgentDefinition> ReadYamlAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var body = await BodyText.PeekAsync(reader, context.RequestAborted);
        var yaml = body.ToArray();
        reader.AdvanceTo(body.End);
        var json = YamlReader.ToJson(yaml);
        BodyText.Check(json);
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            return JsonSerializer.Deserialize<AgentDefinition>(json, options)
                ?? throw YamlReader.Refuse("It is null; write an agent's definition.");
        }
        catch (JsonException fault)
        {
            throw JsonFaults.Explain(fault, typeof(AgentDefinition), options);
        }
    }
}
