using System.Diagnostics;
using System.Text;
using AgentFactory.Core.Tools;

namespace AgentFactory.Engines.Sandbox;

/// <summary>How one sandboxed program ended.</summary>
/// <param name="Answers">What the driver wrote, at most as much as asked for.</param>
/// <param name="Printed">What the tool printed, cut.</param>
/// <param name="ExitCode">128 and the signal, where one ended it.</param>
/// <param name="Stopped">Why it was killed from outside; null when it ended by itself.</param>
internal sealed record SandboxEnd(string Answers, string Printed, int ExitCode, string? Stopped);

/// <summary>Feeds one program, reads what it says within bounds, and kills it when it goes beyond its limits.</summary>
internal sealed class SandboxProcess(ProcessStarter starter, TimeProvider time)
{
    /// <summary>The most a returned value may measure as JSON.</summary>
    public const int MaxAnswerBytes = 1 << 20;

    /// <summary>A program that prints this many times what is kept is ended: it won't stop by itself.</summary>
    private const int PrintingFactor = 64;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    public async Task<SandboxEnd> RunAsync(
        ProcessStartInfo start, byte[] input, SandboxLimits limits, CancellationToken cancellationToken)
    {
        using var process = await starter.StartAsync(start);
        using var done = new CancellationTokenSource();
        var stop = new StopReason(process);
        await using var cancelled = cancellationToken.Register(() => stop.Kill("cancelled"));
        var printed = ReadAsync(
            process.StandardError.BaseStream, limits.OutputBytes, limits.OutputBytes * (long)PrintingFactor,
            () => stop.Kill("printed too much"));
        var answers = ReadAsync(
            process.StandardOutput.BaseStream, MaxAnswerBytes, MaxAnswerBytes,
            () => stop.Kill($"returned a value of more than {MaxAnswerBytes >> 20} MiB of JSON"));
        var watch = WatchAsync(process.Id, limits, stop, done.Token);
        await WriteAsync(process.StandardInput.BaseStream, input);
        await process.WaitForExitAsync(CancellationToken.None);
        await done.CancelAsync();
        await watch;
        var end = new SandboxEnd(await answers, await printed, process.ExitCode, stop.Reason);
        cancellationToken.ThrowIfCancellationRequested();
        return end;
    }

    private static async Task WriteAsync(Stream stdin, byte[] input)
    {
        try
        {
            await stdin.WriteAsync(input, CancellationToken.None);
            stdin.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything: its exit code and its last words say why.
        }
    }

    /// <summary>Keeps the first bytes and goes on reading, so that the program is never blocked on a full pipe.</summary>
    private static async Task<string> ReadAsync(Stream stream, int keep, long patience, Action impatient)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 << 10];
        long seen = 0;
        while (await stream.ReadAsync(buffer, CancellationToken.None) is > 0 and var read)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, keep - kept.Length));
            seen += read;
            if (seen > patience) impatient();
        }
        var text = Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
        return seen > keep ? text.TrimEnd('\ufffd') + $"\n[cut: the first {keep} bytes]" : text;
    }

    private async Task WatchAsync(int pid, SandboxLimits limits, StopReason stop, CancellationToken done)
    {
        var begin = time.GetTimestamp();
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                if (time.GetElapsedTime(begin) >= limits.WallTime)
                    stop.Kill($"did not finish within {limits.WallTime.TotalSeconds:0.###} seconds");
                var (processes, bytes) = ProcessTree.Measure(pid);
                // Three are the sandbox's own: what starts it, what reaps in it, and the first Python.
                if (processes > limits.Processes + 3) stop.Kill($"started more than {limits.Processes} processes");
                if (bytes > limits.MemoryBytes && ProcessTree.ProportionalBytes(pid) > limits.MemoryBytes)
                    stop.Kill($"used more than {limits.MemoryBytes >> 20} MiB of memory");
            }
        }
        catch (OperationCanceledException)
        {
            // The program has ended: there is nothing left to watch.
        }
    }

    /// <summary>
    /// The first reason wins. Killing the outermost process is enough: the kernel ends the name space of processes with it.
    /// </summary>
    private sealed class StopReason(Process process)
    {
        private string? _reason;

        public string? Reason => _reason;

        public void Kill(string reason)
        {
            if (Interlocked.CompareExchange(ref _reason, reason, null) is null) process.Kill();
        }
    }
}
