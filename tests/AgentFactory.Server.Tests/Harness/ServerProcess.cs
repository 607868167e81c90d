using System.Diagnostics;
using System.Net.Http.Headers;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>The product as its users run it: <c>agent-factory serve</c> in a process of its own, which can be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly string? _ownerKey;

    private ServerProcess(Process process, Uri address, string? ownerKey) => (_process, Address, _ownerKey) = (process, address, ownerKey);

    public Uri Address { get; }

    /// <summary>Starts it and returns once it listens.</summary>
    /// <param name="wrapper">A program and its arguments that runs the server, strace say.</param>
    public static async Task<ServerProcess> StartAsync(
        string dataPath, IReadOnlyDictionary<string, string> environment, params string[] wrapper)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "agent-factory.dll");
        string[] command = [.. wrapper, "dotnet", program, "serve", "--data", dataPath, "--urls", "http://127.0.0.1:0"];
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.Environment["DOTNET_TieredPGO"] = "0";
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string? ownerKey = null;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("owner key", StringComparison.Ordinal)) ownerKey = line["owner key".Length..].Trim();
            if (line.StartsWith("listening", StringComparison.Ordinal))
                return new ServerProcess(process, new Uri(line["listening".Length..].Trim()), ownerKey);
        }
        throw new InvalidOperationException("The server did not start: " + await errors);
    }

    /// <summary>The key that the first start on a data folder shows.</summary>
    public string OwnerKey => _ownerKey ?? throw new InvalidOperationException("This was not the first start on the data folder.");

    public HttpClient Client(string key) => new()
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>SIGKILL: no code of the server runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>SIGTERM, as a service manager ends it; the exit code once it has stopped in order.</summary>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
