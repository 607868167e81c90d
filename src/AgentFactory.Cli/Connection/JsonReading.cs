using System.Globalization;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Connection;

/// <summary>Short ways to read answers whose members may be absent.</summary>
internal static class JsonReading
{
    /// <summary>
    /// A member as text: strings as they are, numbers and booleans as written, anything else as JSON; null when absent or null.
    /// </summary>
    public static string? Text(this JsonElement element, string member) => element.Member(member) is not { } value
        ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    /// <summary>A member that every Agent Factory server sends.</summary>
    public static string Needed(this JsonElement element, string member) => element.Text(member) ?? throw NotOurs(member);

    public static JsonElement? Member(this JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string member) =>
        element.Member(member) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The list that every Agent Factory server sends here.</summary>
    public static JsonElement NeededList(this JsonElement element, string member) =>
        element.Member(member) is { ValueKind: JsonValueKind.Array } array ? array : throw NotOurs(member);

    public static long Number(this JsonElement element, string member) =>
        element.Member(member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>A time as people read it, in UTC to the second.</summary>
    public static string Time(this JsonElement element, string member) =>
        DateTimeOffset.TryParse(element.Text(member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : element.Text(member) ?? "";

    private static CliException NotOurs(string member) =>
        new(ExitCodes.Unavailable, $"The server's answer has no '{member}'. Is it an Agent Factory server, of this release?");
}
