using System.Text.Json;

namespace AgentFactory.Core.Agents;

/// <summary>An agent's definition as text, for files and for people. Both forms carry everything, and nothing else.</summary>
public static class AgentDocument
{
    /// <summary>The definition as one line of JSON, members in a fixed order: equal definitions give equal text.</summary>
    public static string ToJson(AgentDefinition definition) => JsonSerializer.Serialize(definition, Wire.Options);

    /// <summary>The definition as YAML in block style, instructions as a literal block. Ends with a line break.</summary>
    public static string ToYaml(AgentDefinition definition) =>
        YamlWriter.Write(JsonSerializer.SerializeToElement(definition, Wire.Options));

    /// <summary>Reads what <see cref="ToJson"/> wrote, or a person did.</summary>
    /// <exception cref="JsonException">It is not JSON, or not that of a definition.</exception>
    public static AgentDefinition FromJson(string json) =>
        JsonSerializer.Deserialize<AgentDefinition>(json, Wire.Options)
            ?? throw new JsonException("The document is null; an agent's definition is an object.");
}
