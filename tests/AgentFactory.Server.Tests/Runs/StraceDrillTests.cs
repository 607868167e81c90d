using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>
/// kill -9 doesn't show durability: the page cache survives it. What does is the order of system calls: each event is written to the
/// journal and an fdatasync of it has returned before the call it announces leaves, and before its bytes go to the client.
/// </summary>
public sealed partial class StraceDrillTests : IAsyncLifetime
{
    private const int Turns = 3;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("af-drill-");
    private ModelUpstream _upstream = null!;

    private string TracePath => Path.Combine(_data.FullName, "trace");

    public async ValueTask InitializeAsync() => _upstream = await ModelUpstream.StartAsync(Turns, TimeSpan.FromMilliseconds(5));

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_event_is_on_disk_before_its_effect_and_before_anyone_is_told()
    {
        Assert.SkipUnless(await CanTraceAsync(), "strace is missing or may not trace here: ./test installs it where it may.");
        var events = await RunUnderStraceAsync();
        var trace = Trace.Read(await File.ReadAllLinesAsync(TracePath, TestContext.Current.CancellationToken));
        foreach (var e in events)
        {
            var told = trace.Sends.First(s => s.Text.Contains(Hash(e), StringComparison.Ordinal));
            AssertOnDisk(trace, e, told);
        }
        var calls = Effects("model.requested", "POST /v1/chat/completions");
        var tools = Effects("tool.requested", "GET /tool/");
        Assert.Equal((Turns, Turns - 1), (calls.Count, tools.Count));
        foreach (var (requested, effect) in calls.Concat(tools)) AssertOnDisk(trace, requested, effect);

        List<(SentEvent Requested, SystemCall Effect)> Effects(string type, string text) =>
            [.. events.Where(e => e.Type == type).Zip(trace.Sends.Where(s => s.Text.Contains(text, StringComparison.Ordinal)))];
    }

    private static void AssertOnDisk(Trace trace, SentEvent e, SystemCall then)
    {
        var written = trace.JournalWrites.FirstOrDefault(w => w.Text.Contains(Hash(e), StringComparison.Ordinal));
        Assert.True(written is not null && written.Begin < then.Begin, $"{e.Type} {e.Id} was not written before line {then.Begin}");
        Assert.True(
            trace.Syncs.Any(s => s.Begin > written.End && s.End < then.Begin),
            $"no fdatasync between the write of {e.Type} {e.Id} at line {written.Begin} and line {then.Begin}");
    }

    private static string Hash(SentEvent e) => e.Data.GetProperty("hash").GetString()!;

    private async Task<List<SentEvent>> RunUnderStraceAsync()
    {
        var folder = Path.Combine(_data.FullName, "data");
        using var server = await ServerProcess.StartAsync(
            folder, DrillAgent.Environment(_upstream),
            "strace", "-f", "--seccomp-bpf", "-y", "-s", "100000", "-o", TracePath, "-e",
            "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,write,writev");
        using var client = server.Client(await DrillAgent.CreateAsync(server));
        using var stream = await EventReader.OpenAsync(
            client, HttpMethod.Post, "/v1/runs", JsonContent.Create(new { agent = DrillAgent.Name, input = "traced", mode = "stream" }));
        var events = (await stream.ToEndAsync()).Where(e => !e.IsText).ToList();
        Assert.Equal("run.ended", events[^1].Type);
        await server.KillAsync();
        return events;
    }

    private static async Task<bool> CanTraceAsync()
    {
        try
        {
            using var probe = Process.Start(
                new ProcessStartInfo("strace", ["-f", "--seccomp-bpf", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
            return probe.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>One system call: the lines of the trace where it began and where it returned.</summary>
    private sealed record SystemCall(int Begin, int End, string Name, string Text);

    private sealed partial record Trace(List<SystemCall> JournalWrites, List<SystemCall> Syncs, List<SystemCall> Sends)
    {
        public static Trace Read(string[] lines)
        {
            var calls = new List<SystemCall>();
            var unfinished = new Dictionary<string, (int Begin, string Name, string Text)>();
            for (var i = 0; i < lines.Length; i++)
            {
                if (Resumed().Match(lines[i]) is { Success: true } resumed)
                {
                    if (unfinished.Remove(resumed.Groups[1].Value, out var begun))
                        calls.Add(new SystemCall(begun.Begin, i, begun.Name, begun.Text));
                }
                else if (Begun().Match(lines[i]) is { Success: true } begun)
                {
                    if (lines[i].EndsWith("<unfinished ...>", StringComparison.Ordinal))
                        unfinished[begun.Groups[1].Value] = (i, begun.Groups[2].Value, lines[i]);
                    else calls.Add(new SystemCall(i, i, begun.Groups[2].Value, lines[i]));
                }
            }
            return new Trace(
                calls.FindAll(c => c.Name == "pwrite64" && IsJournal(c)),
                calls.FindAll(c => c.Name is "fdatasync" or "fsync" && IsJournal(c)),
                [.. calls.Where(c => c.Name is "sendto" or "sendmsg" or "write" or "writev").OrderBy(c => c.Begin)]);
        }

        private static bool IsJournal(SystemCall call) => call.Text.Contains("agent-factory.db-wal>", StringComparison.Ordinal);

        [GeneratedRegex(@"^(\d+) +(\w+)\(")]
        private static partial Regex Begun();

        [GeneratedRegex(@"^(\d+) +<\.\.\. \w+ resumed>")]
        private static partial Regex Resumed();
    }
}
