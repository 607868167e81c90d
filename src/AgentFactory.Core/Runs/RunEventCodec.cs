using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentFactory.Core.Runs;

/// <summary>Writes facts as journal entries and reads them back; owns the wire names and the hash chain.</summary>
public static class RunEventCodec
{
    private const string NoHash = "";

    // Journals are JSON files and answers, never HTML: text in other scripts stays readable and short.
    private static readonly RunEventJson Json =
        new(new JsonSerializerOptions(RunEventJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly Entry[] Entries =
    [
        With("run.started", Json.RunStarted, Json.RunInput, (fact, body) => fact with { Body = body }),
        Plain("model.requested", Json.ModelRequested),
        With("model.responded", Json.ModelResponded, Json.ModelAnswer, (fact, body) => fact with { Body = body }),
        With("model.failed", Json.ModelFailed, Json.FailureText, (fact, body) => fact with { Body = body }),
        Plain("model.attempt_abandoned", Json.ModelAttemptAbandoned),
        Plain("tool.requested", Json.ToolRequested),
        With("tool.responded", Json.ToolResponded, Json.ToolOutput, (fact, body) => fact with { Body = body }),
        Plain("tool.outcome_unknown", Json.ToolOutcomeUnknown),
        Plain("handoff.made", Json.HandoffMade),
        With("run.ended", Json.RunEnded, Json.RunResult, (fact, body) => fact with { Body = body }),
    ];

    private static readonly FrozenDictionary<string, Entry> ByName = Entries.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);
    private static readonly FrozenDictionary<Type, Entry> ByType = Entries.ToFrozenDictionary(e => e.Fact);

    /// <summary>The wire names of all event types.</summary>
    public static IReadOnlyCollection<string> TypeNames => ByName.Keys;

    /// <summary>The journal entry that follows <paramref name="previous"/> (null for the first).</summary>
    public static RunEvent Next(RunEvent? previous, RunFact fact, DateTimeOffset at)
    {
        var entry = ByType[fact.GetType()];
        var (header, body) = entry.Write(fact);
        var when = new DateTimeOffset(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
        var seq = (previous?.Seq ?? 0) + 1;
        var bodyHash = body is null ? NoHash : Hex(body);
        return new RunEvent(
            seq, entry.Name, 1, when, header, body, bodyHash, Chain(previous?.Hash ?? NoHash, seq, entry.Name, 1, when, header, bodyHash))
        {
            Fact = fact,
        };
    }

    /// <summary>
    /// The typed fact of a stored event. Throws <see cref="AgentFactoryException"/> for a type this release does not know.
    /// </summary>
    internal static RunFact Read(RunEvent stored) => ByName.TryGetValue(stored.Type, out var entry) && stored.TypeVersion == 1
        ? entry.Read(stored.Header, stored.Body)
        : throw new AgentFactoryException(ErrorCodes.SchemaTooNew,
            $"The run holds an event '{stored.Type}' of version {stored.TypeVersion} that this release does not know. "
            + "Start the release that wrote it.");

    /// <summary>
    /// The number of the first event whose hash or number is wrong, or null when the whole chain holds. Erased bodies don't break it.
    /// </summary>
    public static long? FirstBroken(IEnumerable<RunEvent> events)
    {
        var (hash, next) = (NoHash, 1L);
        foreach (var e in events)
        {
            var bodyHolds = e.Body is null || Hex(e.Body) == e.BodyHash;
            if (e.Seq != next || !bodyHolds || e.Hash != Chain(hash, e.Seq, e.Type, e.TypeVersion, e.At, e.Header, e.BodyHash))
                return e.Seq;
            (hash, next) = (e.Hash, next + 1);
        }
        return null;
    }

    private static string Chain(string previous, long seq, string type, int version, DateTimeOffset at, string header, string bodyHash) =>
        Hex(string.Create(
            CultureInfo.InvariantCulture,
            $"{previous}\n{seq}\n{type}\n{version}\n{at.UtcTicks / TimeSpan.TicksPerMicrosecond}\n{bodyHash}\n{header}"));

    private static string Hex(string text)
    {
        Span<byte> hash = stackalloc byte[32];
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (size <= 2048)
        {
            Span<byte> utf8 = stackalloc byte[size];
            SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], hash);
        }
        else SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash);
    }

    private static Entry Plain<T>(string name, JsonTypeInfo<T> header) where T : RunFact => new(
        name, typeof(T),
        fact => (JsonSerializer.Serialize((T)fact, header), null),
        (text, _) => JsonSerializer.Deserialize(text, header)!);

    private static Entry With<T, TBody>(string name, JsonTypeInfo<T> header, JsonTypeInfo<TBody> body, Func<T, TBody?, T> join)
        where T : RunFact<TBody> where TBody : class => new(
        name, typeof(T),
        fact => (JsonSerializer.Serialize((T)fact, header), ((T)fact).Body is { } content ? JsonSerializer.Serialize(content, body) : null),
        (text, content) =>
            join(JsonSerializer.Deserialize(text, header)!, content is null ? null : JsonSerializer.Deserialize(content, body)));

    private sealed record Entry(
        string Name, Type Fact, Func<RunFact, (string Header, string? Body)> Write, Func<string, string?, RunFact> Read);
}

/// <summary>Compiled serialisation of the events: the journal is the hottest path there is.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCaseEnums<RunOutcome>), typeof(SnakeCaseEnums<Tools.ToolEffect>)])]
[JsonSerializable(typeof(RunStarted)), JsonSerializable(typeof(RunInput)), JsonSerializable(typeof(ModelRequested))]
[JsonSerializable(typeof(ModelResponded)), JsonSerializable(typeof(ModelAnswer)), JsonSerializable(typeof(ModelFailed))]
[JsonSerializable(typeof(FailureText)), JsonSerializable(typeof(ModelAttemptAbandoned)), JsonSerializable(typeof(ToolRequested))]
[JsonSerializable(typeof(ToolResponded)), JsonSerializable(typeof(ToolOutput)), JsonSerializable(typeof(ToolOutcomeUnknown))]
[JsonSerializable(typeof(HandoffMade)), JsonSerializable(typeof(RunEnded)), JsonSerializable(typeof(RunResult))]
internal sealed partial class RunEventJson : JsonSerializerContext;

/// <summary>Enums as snake_case words, for the compiled serialisers.</summary>
internal sealed class SnakeCaseEnums<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;
