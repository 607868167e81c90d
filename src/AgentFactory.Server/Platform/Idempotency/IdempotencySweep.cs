using AgentFactory.Server.Platform.Chores;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>Drops answers whose time is over.</summary>
internal sealed class IdempotencySweep(IdempotencyStore store) : IChore
{
    public TimeSpan Every => TimeSpan.FromHours(1);

    public Task RunAsync(CancellationToken cancellationToken) => store.SweepAsync(cancellationToken);
}
