using System.Diagnostics;

namespace AgentFactory.Cli.Tests.Harness;

/// <summary>
/// The command line in a process of its own, run by a shell: for signals, pipes and closed streams, which only a process has.
/// </summary>
internal static class CliProcess
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "agent-factory.dll");

    /// <summary>Runs a line of bash in which <c>$cli</c> is the command line, with the variables of <paramref name="cli"/>.</summary>
    public static async Task<Outcome> RunAsync(TestCli cli, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["cli"] = "dotnet " + Program;
        foreach (var (name, value) in cli.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Outcome(process.ExitCode, await output, await error);
    }
}
