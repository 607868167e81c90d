using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Sandbox;

/// <summary>Tools that try to get out, or to use more than they may. Each must fail, and the call must end by itself.</summary>
public sealed class SandboxEscapeTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("/etc/passwd")]
    [InlineData("/proc/1/environ")]
    [InlineData("/proc/self/environ")]
    [InlineData("/sys/class/net")]
    [InlineData("/root")]
    [InlineData("/home")]
    [InlineData("/var")]
    [InlineData("/run")]
    [InlineData("/bin/sh")]
    [InlineData("/usr/bin/bwrap")]
    public async Task Nothing_of_the_machine_but_libraries_is_there(string path)
    {
        var result = await sandbox.RunAsync("import os\ndef f(path): return os.path.exists(path)", arguments: $$"""{"path":"{{path}}"}""");
        Assert.Equal("false", result.Json);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"x":1}""")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"value":"\ud800"}""")]
    [InlineData("no json")]
    public async Task An_answer_that_the_tool_forged_is_told_as_such(string answer)
    {
        var result = await sandbox.RunAsync(
            "import json\ndef f(answer):\n    json.dumps = lambda *a, **k: answer",
            arguments: JsonSerializer.Serialize(new { answer }));
        Assert.Equal("The tool wrote over the answer of its own call.", result.Error);
    }

    [Fact]
    public async Task A_file_of_the_server_can_not_be_read()
    {
        var folder = Directory.CreateTempSubdirectory("agent-factory-");
        try
        {
            var file = Path.Combine(folder.FullName, "master.key");
            await File.WriteAllTextAsync(file, "secret", TestContext.Current.CancellationToken);
            var result = await sandbox.RunAsync(
                "def f(path): return open(path).read()", arguments: JsonSerializer.Serialize(new { path = file }));
            Assert.StartsWith("FileNotFoundError", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_environment_of_the_server_is_not_there()
    {
        Environment.SetEnvironmentVariable("SANDBOX_TEST_SECRET", "hunter2");
        var result = await sandbox.RunAsync("import os\ndef f(): return dict(os.environ)");
        Assert.DoesNotContain("hunter2", result.Json, StringComparison.Ordinal);
        var names = JsonDocument.Parse(result.Json!).RootElement.EnumerateObject().Select(m => m.Name);
        Assert.Empty(names.Except(
            ["PATH", "HOME", "TMPDIR", "LANG", "PWD", "LC_CTYPE", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
             "MALLOC_ARENA_MAX"]));
    }

    [Fact]
    public async Task Secrets_are_on_no_command_line()
    {
        var call = sandbox.RunAsync(
            "import time\ndef f(): time.sleep(1)\n", environment: new Dictionary<string, string> { ["TOKEN"] = "hunter2-on-the-line" });
        while (!call.IsCompleted)
        {
            Assert.Empty(CommandLinesWith("hunter2-on-the-line"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal("null", (await call).Json);
    }

    [Fact]
    public async Task No_file_the_server_holds_open_is_inherited()
    {
        const string code = """
            import os
            def f():
                found = []
                for fd in range(3, 4096):
                    try: found.append(os.fstat(fd).st_mode)
                    except OSError: pass
                return len(found)
            """;
        Assert.Equal("1", (await sandbox.RunAsync(code)).Json); // the channel of its own answer
    }

    [Theory]
    [InlineData("/x")]
    [InlineData("/usr/lib/x")]
    [InlineData("/etc/x")]
    [InlineData("/dev/x")]
    [InlineData("/scratch/../x")]
    public async Task Nothing_outside_the_scratch_folder_can_be_written(string path)
    {
        var result = await sandbox.RunAsync("def f(path): open(path, 'w').write('x')", arguments: $$"""{"path":"{{path}}"}""");
        Assert.Contains("Read-only file system", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.GetFullPath(path)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    public async Task There_is_no_network(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var result = await sandbox.RunAsync(
            "import socket\ndef f(host, port): socket.create_connection((host, port), 2)",
            arguments: $$"""{"host":"{{host}}","port":{{port}}}""");
        Assert.Matches("^(ConnectionRefusedError|OSError): .*(refused|unreachable)", result.Error);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task The_network_is_there_when_it_was_granted()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepted = listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var result = await sandbox.RunAsync(
            "import socket\ndef f(port): socket.create_connection(('127.0.0.1', port), 10).close()",
            arguments: string.Create(CultureInfo.InvariantCulture, $$"""{"port":{{port}}}"""), network: true);
        Assert.Null(result.Error);
        (await accepted).Dispose();
    }

    [Fact]
    public async Task A_fork_bomb_stops_at_the_limit_of_processes()
    {
        const string code = """
            import os, time
            def f():
                children = 0
                try:
                    for _ in range(2000):
                        if os.fork() == 0:
                            time.sleep(600)
                        children += 1
                except BlockingIOError:
                    return children
                return "never stopped"
            """;
        var result = await sandbox.RunAsync(code, limits: new SandboxLimits { Processes = 20 });
        Assert.InRange(int.Parse(result.Json!, CultureInfo.InvariantCulture), 5, 20);
    }

    [Fact]
    public async Task A_fork_bomb_that_never_gives_up_is_ended()
    {
        const string code = """
            import os
            def f():
                while True:
                    try: os.fork()
                    except BlockingIOError: pass
            """;
        var result = await sandbox.RunAsync(code, limits: new SandboxLimits { Processes = 20, WallTime = TimeSpan.FromSeconds(1) });
        Assert.Equal("The tool did not finish within 1 seconds and was stopped.", result.Error);
    }

    [Fact]
    public async Task Memory_is_limited_for_one_process()
    {
        var result = await sandbox.RunAsync("def f(): return len(bytearray(900 << 20))");
        Assert.Equal("MemoryError: the tool needs more memory than it may use", result.Error);
    }

    [Fact]
    public async Task Memory_is_limited_for_all_processes_together()
    {
        const string code = """
            import os, time
            def f():
                for _ in range(8):
                    if os.fork() == 0:
                        hoard = bytearray(os.urandom(1 << 20)) * 60
                        time.sleep(600)
                time.sleep(600)
            """;
        var result = await sandbox.RunAsync(code, limits: new SandboxLimits { MemoryBytes = 256 << 20 });
        Assert.Equal("The tool used more than 256 MiB of memory and was stopped.", result.Error);
    }

    [Fact]
    public async Task A_loop_ends_with_its_cpu_time()
    {
        var result = await sandbox.RunAsync("def f():\n    while True: pass", limits: new SandboxLimits { CpuSeconds = 1 });
        Assert.Equal("The tool used more than 1 seconds of CPU time and was stopped.", result.Error);
    }

    [Fact]
    public async Task A_loop_that_ignores_the_warning_ends_too()
    {
        var result = await sandbox.RunAsync(
            "import signal\ndef f():\n    signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n    while True: pass",
            limits: new SandboxLimits { CpuSeconds = 1 });
        Assert.Equal("The tool was killed: it used too much memory or CPU time.", result.Error);
    }

    [Fact]
    public async Task The_limits_can_not_be_raised_from_inside()
    {
        const string code = """
            import resource
            def f():
                resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            """;
        Assert.Equal("ValueError: not allowed to raise maximum limit", (await sandbox.RunAsync(code)).Error);
    }

    [Fact]
    public async Task Endless_printing_is_ended_and_its_begin_is_kept()
    {
        var result = await sandbox.RunAsync(
            "def f():\n    while True: print('x' * 1000)", limits: new SandboxLimits { OutputBytes = 10_000 });
        Assert.Equal("The tool printed too much and was stopped.", result.Error);
        Assert.InRange(result.Output.Length, 10_000, 10_100);
        Assert.EndsWith("[cut: the first 10000 bytes]", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open('big', 'wb').truncate(20 << 20)", "File too large")]
    [InlineData("[open(str(i), 'wb').write(b'x' * (4 << 20)) for i in range(10)]", "No space left on device")]
    [InlineData("[open('/dev/shm/' + str(i), 'wb').write(b'x' * (4 << 20)) for i in range(10)]", "No space left on device")]
    [InlineData("[open(str(i), 'w') for i in range(1000)] and [[open(str(i)) for i in range(1000)]]", null)]
    [InlineData("[__import__('os').dup(1) for i in range(1000)]", "Too many open files")]
    public async Task Files_are_limited(string expression, string? error)
    {
        var result = await sandbox.RunAsync($"def f():\n    {expression}", limits: new SandboxLimits { FileBytes = 16 << 20 });
        Assert.Contains(error ?? "Too many open files", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os.kill(os.getppid(), 9)")]
    [InlineData("os.kill(1, 9)")]
    [InlineData("os.killpg(0, 0)")]
    [InlineData("[os.kill(pid, 9) for pid in range(3, 40000) if not absent(pid)]")]
    public async Task Signals_stay_inside(string attack)
    {
        var code = $$"""
            import os
            def absent(pid):
                try: os.kill(pid, 0)
                except ProcessLookupError: return True
            def f():
                {{attack}}
                return "alive"
            """;
        Assert.Equal("\"alive\"", (await sandbox.RunAsync(code)).Json);
    }

    [Theory]
    [InlineData("ctypes.CDLL(None, use_errno=True).mount(b'none', b'/scratch', b'tmpfs', 0, None)")]
    [InlineData("ctypes.CDLL(None, use_errno=True).unshare(0x10000000)")]
    [InlineData("ctypes.CDLL(None, use_errno=True).setuid(0)")]
    [InlineData("ctypes.CDLL(None, use_errno=True).chroot(b'/scratch')")]
    [InlineData("ctypes.CDLL(None, use_errno=True).sethostname(b'x', 1)")]
    public async Task Privileged_calls_are_refused_by_the_kernel(string attack) =>
        Assert.Equal("-1", (await sandbox.RunAsync($"import ctypes\ndef f(): return {attack}")).Json);

    [Fact]
    public async Task Sleeping_past_the_time_is_ended_with_everything_that_was_started()
    {
        const string marker = "left-behind-after-the-wall-time";
        const string code = $"""
            import os, subprocess, sys, time
            def f():
                for _ in range(3):
                    subprocess.Popen([sys.executable, "-c", "import os, time; os.setsid(); os.fork(); time.sleep(600)", "{marker}"])
                time.sleep(600)
            """;
        var result = await sandbox.RunAsync(code, limits: new SandboxLimits { WallTime = TimeSpan.FromSeconds(1) });
        Assert.Equal("The tool did not finish within 1 seconds and was stopped.", result.Error);
        await NothingIsLeftAsync(marker);
    }

    [Fact]
    public async Task A_call_that_returned_leaves_no_process()
    {
        const string marker = "left-behind-after-returning";
        const string code = $"""
            import subprocess, sys
            def f():
                subprocess.Popen([sys.executable, "-c", "import os, time; os.setsid(); os.fork(); time.sleep(600)", "{marker}"])
                return 1
            """;
        Assert.Equal("1", (await sandbox.RunAsync(code)).Json);
        await NothingIsLeftAsync(marker);
    }

    [Fact]
    public async Task A_cancelled_call_leaves_no_process()
    {
        const string marker = "left-behind-after-cancelling";
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        const string code = $"""
            import subprocess, sys
            def f(): subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)', '{marker}'])
            """;
        var program = new PythonProgram(code, "f");
        var call = sandbox.Sandbox.RunAsync(new SandboxRequest(program, "{}", new Dictionary<string, string>()), cancel.Token);
        while (CommandLinesWith(marker).Count == 0) await Task.Delay(20, TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await NothingIsLeftAsync(marker);
    }

    /// <summary>The kernel takes a moment to end a name space of processes.</summary>
    private static async Task NothingIsLeftAsync(string marker)
    {
        var begin = Stopwatch.GetTimestamp();
        while (CommandLinesWith(marker) is { Count: > 0 } left)
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(30), string.Join("\n", left));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static List<string> CommandLinesWith(string marker)
    {
        var lines = new List<string>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])))
        {
            try
            {
                var line = File.ReadAllText(folder + "/cmdline") + File.ReadAllText(folder + "/environ");
                if (line.Contains(marker, StringComparison.Ordinal)) lines.Add(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // it has ended, or isn't ours
            }
        }
        return lines;
    }
}
