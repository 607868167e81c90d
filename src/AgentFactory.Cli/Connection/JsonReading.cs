using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Cli.Connection;

/// <summary>Short ways to read answers whose members may be absent.</summary>
internal static class JsonReading
{
    /// <summary>A member as text: strings as they are, numbers and booleans as written, anything else as JSON; null when absent or null.</summary>
    public static string? Text(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => value.GetRawText(),
        } : null;

    public static JsonElement? Member(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string member) =>
        element.Member(member) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    public static long Number(this JsonElement element, string member) => element.Member(member) is { ValueKind: JsonValueKind.Number } n ? n.GetInt64() : 0;

    /// <summary>A time as people read it, in UTC to the second.</summary>
    public static string Time(this JsonElement element, string member) => element.Text(member) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "";
}
