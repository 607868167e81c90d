using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFactory.Core.Models;

/// <summary>Nano-units as JSON has them: a decimal string with at most nine decimals, because JSON numbers lose digits.</summary>
internal sealed class NanoUnitsConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        const NumberStyles Form = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (reader.TokenType == JsonTokenType.String
            && decimal.TryParse(reader.GetString(), Form, CultureInfo.InvariantCulture, out var amount)
            && Math.Abs(amount) < 1_000_000_000m && decimal.IsInteger(amount * 1_000_000_000m))
            return (long)(amount * 1_000_000_000m);
        throw new JsonException("An amount is a decimal string with at most nine decimals, for example \"0.05\".");
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteStringValue(new Money(value).ToString());
}
