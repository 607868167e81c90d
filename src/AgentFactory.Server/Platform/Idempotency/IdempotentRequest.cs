using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>
/// What a POST's handler knows about repetitions of itself. A handler takes it as a parameter; without an Idempotency-Key it makes fresh
/// ids and does nothing else.
/// </summary>
internal sealed class IdempotentRequest
{
    private readonly Guid? _recordId;
    private readonly TimeProvider _time;
    private readonly Func<Guid, Task>? _stream;

    internal IdempotentRequest(TimeProvider time, Guid? recordId = null, bool isRepeat = false, Func<Guid, Task>? stream = null)
    {
        (_time, _recordId, IsRepeat, _stream) = (time, recordId, isRepeat, stream);
    }

    public static ValueTask<IdempotentRequest> BindAsync(HttpContext context) => ValueTask.FromResult(
        context.Features.Get<IdempotentRequest>() ?? new IdempotentRequest(context.RequestServices.GetRequiredService<TimeProvider>()));

    /// <summary>
    /// True when an earlier attempt with this key may have taken effect without its answer being recorded: look for what
    /// <see cref="NewId"/> names before making it.
    /// </summary>
    public bool IsRepeat { get; }

    /// <summary>
    /// The id for what this request makes: the same on every attempt with the same Idempotency-Key, a fresh one without a key.
    /// </summary>
    public Guid NewId() => _recordId ?? Ids.New(_time);

    /// <summary>
    /// Says that the answer is the event stream of <paramref name="runId"/>. Await it after the run is recorded and before the first byte:
    /// repetitions replay the run from then on.
    /// </summary>
    public Task StreamAsync(Guid runId) => _stream?.Invoke(runId) ?? Task.CompletedTask;
}
