namespace AgentFactory.Core.Runs;

/// <summary>
/// One entry of a run's journal, as stored: a header that is never erased, a body that can be, and a hash chain over the
/// header and the body's hash.
/// </summary>
/// <param name="Seq">1, 2, 3, … without a gap in a run.</param>
/// <param name="Type">For example <c>model.responded</c>.</param>
/// <param name="TypeVersion">Rises when the shape of the type changes; readers keep understanding older ones.</param>
/// <param name="At">When it was recorded, UTC, whole microseconds.</param>
/// <param name="Header">JSON object without personal data.</param>
/// <param name="Body">JSON object; null when the type has none or when it was erased.</param>
/// <param name="BodyHash">SHA-256 of the body as lower-case hex; empty when the type has no body.</param>
/// <param name="Hash">SHA-256 over the previous event's hash and everything above but the body itself.</param>
public sealed record RunEvent(
    long Seq, string Type, int TypeVersion, DateTimeOffset At, string Header, string? Body, string BodyHash, string Hash)
{
    /// <summary>The typed content. Reading it from the stored text is done once.</summary>
    public RunFact Fact { get => field ??= RunEventCodec.Read(this); init; }

    public bool Erased => Body is null && BodyHash.Length > 0;
}
