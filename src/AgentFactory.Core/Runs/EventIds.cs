using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFactory.Core.Runs;

/// <summary>Ids stand in events as they stand everywhere outside: <c>agt_01JD…</c>. A reader of the journal can ask for what they name.</summary>
internal abstract class EventIdJson(string prefix) : JsonConverter<Guid>
{
    public override Guid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Ids.TryDecode(prefix, reader.GetString(), out var id) ? id : throw new JsonException($"Expected an id that begins with {prefix}_.");

    public override void Write(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Ids.Encode(prefix, value));
}

internal sealed class AgentIdJson() : EventIdJson("agt");

internal sealed class VersionIdJson() : EventIdJson("ver");

internal sealed class SessionIdJson() : EventIdJson("ses");

internal sealed class RunIdJson() : EventIdJson("run");
