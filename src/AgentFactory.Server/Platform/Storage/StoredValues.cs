using System.Text.Json;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>Enums as they stand in a column: the snake_case word of the wire.</summary>
internal static class StoredEnum
{
    public static string Write<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Read<T>(string text) where T : struct, Enum =>
        Enum.Parse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}

/// <summary>The caller's key-value pairs as they stand in a column: a JSON object of strings.</summary>
internal static class StoredMetadata
{
    public static string Write(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Count == 0 ? "{}" : JsonSerializer.Serialize(metadata, Wire.Options);

    public static IReadOnlyDictionary<string, string> Read(string text) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(text, Wire.Options)!;
}
