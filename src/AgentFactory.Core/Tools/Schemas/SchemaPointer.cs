using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>JSON Pointer (RFC 6901).</summary>
internal static class SchemaPointer
{
    public static string Escape(string member) =>
        member.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>The part of <paramref name="document"/> that <paramref name="pointer"/> names; false when there is none.</summary>
    public static bool TryFind(JsonElement document, string pointer, out JsonElement found)
    {
        found = document;
        if (pointer.Length == 0) return true;
        if (pointer[0] != '/') return false;
        foreach (var token in pointer[1..].Split('/'))
        {
            if (!TryStep(found, Unescape(token), out found)) return false;
        }
        return true;
    }

    private static bool TryStep(JsonElement from, string token, out JsonElement to)
    {
        to = default;
        if (from.ValueKind == JsonValueKind.Object) return from.TryGetProperty(token, out to);
        if (from.ValueKind != JsonValueKind.Array || (token.Length > 1 && token[0] == '0')) return false;
        if (!int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        if (index >= from.GetArrayLength()) return false;
        to = from[index];
        return true;
    }
}
