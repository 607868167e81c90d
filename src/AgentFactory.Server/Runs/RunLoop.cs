using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Runs;

/// <summary>
/// Keeps runs going whatever happened to their owners: claims what is left at the start and now and then, keeps the leases of this process
/// from a task of its own, and gives its runs back before the server stops.
/// </summary>
internal sealed class RunLoop(RunHost host, RunsOptions options, TimeProvider time, ILogger<RunLoop> log)
    : BackgroundService, IHostedLifecycleService, IReadinessProbe
{
    private const int MostClaimed = 100;

    /// <summary>A claim that has not gone through for so long is a fault: runs of dead processes wait.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private long _claimed = time.GetTimestamp();

    public string Name => "runs";

    public ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        host.IsStopping ? "The server is giving its runs back and takes no new ones."
        : time.GetElapsedTime(Interlocked.Read(ref _claimed)) > Patience
            ? "Runs of other processes could not be looked for. Look at the server's log."
        : null);

    /// <summary>Before anything else stops: streams and waiting callers end when their runs do, and only then can the listener.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => host.StopAsync(TimeSpan.FromSeconds(options.StopGraceSeconds));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync("claim runs", TimeSpan.FromSeconds(options.ClaimSeconds), ClaimAsync, stoppingToken),
        RepeatAsync("keep leases", TimeSpan.FromSeconds(options.LeaseSeconds / 3.0), host.BeatAsync, stoppingToken));

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        while (await host.RecoverAsync(MostClaimed, cancellationToken) == MostClaimed) { }
        Interlocked.Exchange(ref _claimed, time.GetTimestamp());
    }

    private async Task RepeatAsync(string what, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        do
        {
            try
            {
                await work(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                log.LogError(e, "Could not {What}; it is tried again in {Seconds} seconds", what, every.TotalSeconds);
            }
        }
        while (await NextAsync(timer, stoppingToken));
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
}
