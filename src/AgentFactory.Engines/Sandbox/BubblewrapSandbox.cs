using System.ComponentModel;
using System.Diagnostics;
using AgentFactory.Core;
using AgentFactory.Core.Tools;

namespace AgentFactory.Engines.Sandbox;

/// <summary>
/// Runs each call in a bubblewrap sandbox of its own: new name spaces, a read-only root with Python's libraries, a scratch folder in
/// memory, no network unless granted. Linux only. Thread-safe.
/// </summary>
internal sealed class BubblewrapSandbox(BubblewrapOptions options, TimeProvider time) : ISandbox, IDisposable
{
    private static readonly string[] UsualPlaces =
        ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];
    private static readonly string[] SetprivPlaces = ["/usr/bin/setpriv", "/bin/setpriv"];
    private static readonly TimeSpan RetestAfter = TimeSpan.FromMinutes(1);
    private static readonly Version LocksUserNamespaces = new(0, 8);
    private static readonly Lazy<string> Driver = new(ReadDriver);

    private readonly SemaphoreSlim _turn = new(options.MaxConcurrent);
    private readonly SemaphoreSlim _testing = new(1);
    private readonly ProcessStarter _starter = new();
    private long? _testedAt;
    private string? _unusable;
    private BubblewrapCommand? _command;

    public string Name => "bubblewrap";

    public async Task<string?> SelfTestAsync(CancellationToken cancellationToken)
    {
        await _testing.WaitAsync(cancellationToken);
        try
        {
            // What didn't work may be mended, or was only a moment without memory; what worked is believed.
            if (_testedAt is { } at && (_unusable is null || time.GetElapsedTime(at) < RetestAfter)) return _unusable;
            _unusable = await TryAsync(cancellationToken) is { } reason ? $"The bubblewrap sandbox does not work here: {reason}." : null;
            _testedAt = time.GetTimestamp();
            return _unusable;
        }
        finally
        {
            _testing.Release();
        }
    }

    public async Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellationToken)
    {
        if (await SelfTestAsync(cancellationToken) is { } reason) throw new AgentFactoryException(ErrorCodes.SandboxUnavailable, reason);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await CallAsync(_command!, request, cancellationToken)
                ?? throw new AgentFactoryException(
                    ErrorCodes.SandboxUnavailable, "The sandbox did not start. `agent-factory doctor` tries it and says why.");
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _starter.Dispose();
        _turn.Dispose();
        _testing.Dispose();
    }

    /// <summary>Null when a call really came back; else what is missing and how to get it.</summary>
    private async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return "it needs Linux; Python tools on macOS and Windows need another sandbox engine";
        var bubblewrap = options.Bubblewrap ?? UsualPlaces.FirstOrDefault(File.Exists);
        if (bubblewrap is null || !File.Exists(bubblewrap)) return "bubblewrap is not installed; get it with: apt-get install bubblewrap";
        var (python, why) = await PythonInterpreter.FindAsync(options.Python, cancellationToken);
        if (python is null) return why;
        var setpriv = SetprivPlaces.FirstOrDefault(File.Exists);
        if (Environment.IsPrivilegedProcess && setpriv is null) return "as root it needs setpriv; get it with: apt-get install util-linux";
        if (options.PackageFolders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            return $"the package folder '{missing}' is not there";
        var version = await VersionAsync(bubblewrap, cancellationToken);
        if (version is null) return $"'{bubblewrap}' does not run";
        _command = new BubblewrapCommand(
            bubblewrap, Environment.IsPrivilegedProcess ? setpriv : null, python, options.PackageFolders, version >= LocksUserNamespaces);
        return await TryCallAsync(_command, cancellationToken);
    }

    private async Task<string?> TryCallAsync(BubblewrapCommand command, CancellationToken cancellationToken)
    {
        var program = new PythonProgram("def probe(n):\n    return n + 1\n", "probe");
        var probe = new SandboxRequest(program, """{"n":41}""", new Dictionary<string, string>());
        var said = "";
        var result = await CallAsync(command, probe, cancellationToken, end => said = end.Printed);
        if (result is { Json: "42" }) return null;
        var lines = (result?.Error ?? said).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return $"a trial call failed ({lines.FirstOrDefault() ?? "it ended without a word"}); unprivileged user namespaces must be "
            + "allowed (sysctl kernel.unprivileged_userns_clone, or an AppArmor profile for bwrap), "
            + "and a container must be started so that it may create them";
    }

    /// <summary>Null when the sandbox itself didn't come up.</summary>
    private async Task<SandboxResult?> CallAsync(
        BubblewrapCommand command, SandboxRequest request, CancellationToken cancellationToken, Action<SandboxEnd>? ended = null)
    {
        var line = command.Arguments(Driver.Value, request.Program.Network, request.Limits.FileBytes);
        var start = new ProcessStartInfo(line[0], line.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var (name, value) in Surroundings) start.Environment[name] = value;
        var input = SandboxProtocol.Write(request, command.PackagesInside);
        var end = await new SandboxProcess(_starter, time).RunAsync(start, input, request.Limits, cancellationToken);
        ended?.Invoke(end);
        return SandboxProtocol.Read(end, request);
    }

    private static readonly Dictionary<string, string> Surroundings = new()
    {
        ["PATH"] = "/usr/bin",
        ["HOME"] = "/scratch",
        ["TMPDIR"] = "/scratch",
        ["LANG"] = "C.UTF-8",
        // Numeric libraries reserve address space and start a thread for every core, which would count against the limits.
        ["OMP_NUM_THREADS"] = "1",
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["MKL_NUM_THREADS"] = "1",
        ["MALLOC_ARENA_MAX"] = "2",
    };

    private static async Task<Version?> VersionAsync(string bubblewrap, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(bubblewrap, ["--version"]) { RedirectStandardOutput = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Version.TryParse(said.Trim().Split(' ')[^1], out var version) ? version : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string ReadDriver()
    {
        using var stream = typeof(BubblewrapSandbox).Assembly.GetManifestResourceStream("AgentFactory.Engines.Sandbox.driver.py")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
