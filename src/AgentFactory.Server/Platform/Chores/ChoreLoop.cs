using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Platform.Chores;

/// <summary>Runs the chores, each at its own pace, from one timer. A chore that fails is tried again at its next turn.</summary>
internal sealed class ChoreLoop(IEnumerable<IChore> chores, TimeProvider time, ILogger<ChoreLoop> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        IChore[]? all = null;
        for (long minute = 1; await NextAsync(timer, stoppingToken); minute++)
        {
            all ??= [.. chores];
            foreach (var chore in all)
                if (minute % Math.Max(1, (long)chore.Every.TotalMinutes) == 0) await RunAsync(chore, stoppingToken);
        }
    }

    /// <summary>Once more at the end, so that an orderly stop loses no counts.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var chore in chores) await RunAsync(chore, cancellationToken);
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RunAsync(IChore chore, CancellationToken cancellationToken)
    {
        try
        {
            await chore.RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogError(e, "{Chore} failed; it is tried again at its next turn", chore.GetType().Name);
        }
    }
}
