using System.Collections.Concurrent;
using System.Diagnostics;

namespace AgentFactory.Engines.Sandbox;

/// <summary>
/// Starts processes from one thread that lives as long as this object. bubblewrap asks the kernel to be killed with its parent, and to
/// the kernel the parent is the thread that started it: a thread of the pool may retire in the middle of a call and take the sandbox along.
/// </summary>
internal sealed class ProcessStarter : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> _queue = [];

    public ProcessStarter() => new Thread(Work) { IsBackground = true, Name = "sandbox starter" }.Start();

    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add((start, started));
        return started.Task;
    }

    public void Dispose() => _queue.CompleteAdding();

    private void Work()
    {
        foreach (var (start, started) in _queue.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                started.SetException(e);
            }
        }
        _queue.Dispose();
    }
}
