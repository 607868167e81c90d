using System.Diagnostics;
using System.Text.Json;

namespace AgentFactory.Engines.Sandbox;

/// <summary>A Python on this machine.</summary>
/// <param name="Executable">What to start: inside a virtual environment its own link, else the real file.</param>
/// <param name="Folders">What it needs to see besides the system's libraries.</param>
internal sealed record PythonInterpreter(string Executable, IReadOnlyList<string> Folders)
{
    // The distribution's own comes first: its packages (python3-numpy and the like) load into no other.
    private static readonly string[] UsualPlaces = ["/usr/bin/python3", "/bin/python3", "/usr/local/bin/python3"];

    private const string Probe = """
        import json, os, sys
        version = sys.version_info[0] * 100 + sys.version_info[1]
        print(json.dumps([sys.executable, os.path.realpath(sys.executable), sys.prefix, sys.base_prefix, version]))
        """;

    /// <summary>Null, and the reason, when there is none that fits.</summary>
    public static async Task<(PythonInterpreter? Found, string? Why)> FindAsync(string? chosen, CancellationToken cancellationToken)
    {
        var path = chosen ?? UsualPlaces.FirstOrDefault(File.Exists);
        if (path is null) return (null, "there is no python3; get it with: apt-get install python3");
        if (!File.Exists(path)) return (null, $"the configured Python '{path}' is not there");
        if (await AskAsync(path, cancellationToken) is not { } answer) return (null, $"'{path}' does not run as a Python interpreter");
        var (executable, real) = (answer[0].GetString()!, answer[1].GetString()!);
        var (prefix, basePrefix, version) = (answer[2].GetString()!, answer[3].GetString()!, answer[4].GetInt32());
        if (version < 309) return (null, $"'{path}' is older than Python 3.9");
        var inEnvironment = prefix != basePrefix;
        string[] folders = [real, .. new[] { prefix, basePrefix }.Where(folder => folder is not ("/usr" or "/usr/local")).Distinct()];
        return (new PythonInterpreter(inEnvironment ? executable : real, folders), null);
    }

    private static async Task<JsonElement[]?> AskAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, ["-I", "-c", Probe]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<JsonElement[]>(output) : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or JsonException)
        {
            return null;
        }
    }
}
