using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>
/// Gives runs back, and remembers those that could not be: a lease held by a process that does not carry the run keeps everybody from it.
/// Thread-safe.
/// </summary>
internal sealed class LeaseReturns(IRunJournal journal, ILogger log)
{
    private readonly ConcurrentQueue<RunLease> _owed = new();

    /// <summary>Never throws: what the store does not take now is owed to it.</summary>
    public async Task ReturnAsync(RunLease lease)
    {
        try
        {
            await journal.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.LogError(e, "Run {RunId} could not be given back yet; it is tried again", Ids.Encode("run", lease.RunId));
            _owed.Enqueue(lease);
        }
    }

    /// <summary>Gives back what is owed, before more is claimed. Throws what still keeps it from being given back.</summary>
    public async ValueTask SettleAsync()
    {
        while (_owed.TryDequeue(out var lease))
        {
            try
            {
                await journal.ReleaseAsync(lease, CancellationToken.None);
            }
            catch
            {
                _owed.Enqueue(lease);
                throw;
            }
        }
    }
}
