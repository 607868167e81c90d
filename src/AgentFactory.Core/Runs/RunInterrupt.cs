namespace AgentFactory.Core.Runs;

/// <summary>
/// Why the calls of a run stop before they are answered: the process stops, somebody cancelled the run, its time is over, or another
/// process has it. One token for all of them, and the memory of which it was.
/// </summary>
#pragma warning disable CA1001 // The source has no timer and no handle; disposing it would race with a Cancel from outside.
internal sealed class RunInterrupt(TimeProvider time)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;
    public bool CancelRequested { get; private set; }
    public bool TimeIsUp { get; private set; }
    public bool IsLost { get; private set; }

    /// <summary>Safe at any time, also after the run is done.</summary>
    public void Cancel()
    {
        CancelRequested = true;
        _source.Cancel();
    }

    /// <summary>The run belongs to another process, which goes on with what is recorded.</summary>
    public void Lose()
    {
        IsLost = true;
        _source.Cancel();
    }

    /// <summary>Links the process' own end; dispose the result when the run is done.</summary>
    public IDisposable Watch(CancellationToken stopping) => stopping.UnsafeRegister(state => ((RunInterrupt)state!)._source.Cancel(), this);

    /// <summary>Starts the run's clock; dispose the result when the run is done.</summary>
    public IDisposable StartClock(TimeSpan left)
    {
        var due = left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestTimer ? left : LongestTimer;
        return time.CreateTimer(TimeOver, null, due, Timeout.InfiniteTimeSpan);
    }

    private void TimeOver(object? state)
    {
        TimeIsUp = true;
        _source.Cancel();
    }
}
