using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFactory.Core;

/// <summary>Times on the wire: UTC, six decimals, <c>Z</c> (<c>2026-01-31T12:00:00.000000Z</c>). Any ISO 8601 offset is read.</summary>
internal sealed class WireTimestamps : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[27];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
