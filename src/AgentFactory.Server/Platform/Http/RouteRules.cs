namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// The scope a caller needs for a route. A route has this or <see cref="AnonymousRoute"/>: without either the server doesn't start.
/// </summary>
internal sealed record RequiredScope(string Scope);

/// <summary>Anybody may call it.</summary>
internal sealed record AnonymousRoute;

/// <summary>How many bytes a route's body may have.</summary>
internal sealed record BodyLimit(long Bytes)
{
    public const long DefaultBytes = 1 << 20;
    public static readonly BodyLimit Default = new(DefaultBytes);
}

/// <summary>How a POST behaves when it is repeated with the same Idempotency-Key.</summary>
/// <param name="ReturnsSecret">The answer holds a secret: it is kept for a day, sealed with a key made of the Idempotency-Key.</param>
/// <param name="StreamsRuns">The answer may be a run's event stream, which is replayed from the run's journal.</param>
/// <param name="Repeatable">Carrying it out again after a crash is safe, because it finds what the first attempt did by
/// <see cref="Idempotency.IdempotentRequest.NewId"/>.</param>
internal sealed record IdempotentRoute(bool ReturnsSecret = false, bool StreamsRuns = false, bool Repeatable = false);

/// <summary>Media types a route can answer in beside JSON.</summary>
internal sealed record OtherAnswers(IReadOnlyList<string> MediaTypes);
