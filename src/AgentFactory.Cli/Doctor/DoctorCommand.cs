using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Server;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Engines.Sandbox;

namespace AgentFactory.Cli.Doctor;

/// <summary>How one part is: <c>ok</c>, <c>missing</c> (something can't be used until it is there) or <c>broken</c> (the product doesn't work).</summary>
internal sealed record Check(string State, string Part, string Finding);

/// <summary><c>doctor</c>: what works here, what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    private const long LeastFreeBytes = 1L << 30;

    public static Command Create() => new Command("doctor", "Say what works here, what is missing, and how to get it").Does(ExamineAsync)
        .Examples("doctor", "doctor --json", "doctor --server https://agents.example.com");

    private static async Task<int> ExamineAsync(CommandContext context)
    {
        var checks = new List<Check> { new("ok", "program", $"agent-factory {VersionCommand.Number}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}") };
        if (context.ServerUrl is null)
        {
            checks.Add(DataFolderOf(context.DataPath));
            checks.Add(await SandboxAsync(context.CancellationToken));
        }
        checks.AddRange(await ServerAsync(context));
        if (context.Json) context.Print.Json(checks);
        else foreach (var check in checks) context.Print.Line($"{check.State,-8} {check.Part,-12} {check.Finding.ReplaceLineEndings("\n" + new string(' ', 22))}");
        return checks.Any(c => c.State == "broken") ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static Check DataFolderOf(string path)
    {
        var owner = DataFolder.FindOwner(path);
        var there = Directory.Exists(path);
        var disk = new DriveInfo(there ? path : Path.GetPathRoot(path)!);
        var state = owner is not null ? $"open in {owner}" : there ? "there, not open" : "made at the first use";
        return disk.AvailableFreeSpace < LeastFreeBytes
            ? new Check("missing", "data folder", $"{path}: only {disk.AvailableFreeSpace >> 20} MB are free. Make room, or choose another folder with --data.")
            : new Check("ok", "data folder", $"{path}: {state}, {disk.AvailableFreeSpace >> 30} GB free");
    }

    private static async Task<Check> SandboxAsync(CancellationToken cancellationToken)
    {
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions(), TimeProvider.System);
        return await sandbox.SelfTestAsync(cancellationToken) is { } fault
            ? new Check("missing", "sandbox", fault)
            : new Check("ok", "sandbox", $"{sandbox.Name} ran a Python function");
    }

    private static async Task<IReadOnlyList<Check>> ServerAsync(CommandContext context)
    {
        try
        {
            var api = await context.ConnectAsync();
            var health = await api.GetAsync("/health", context.CancellationToken);
            var faults = (health.Member("checks") ?? default).EnumerateObject().Where(c => c.Value.GetString() != "ok").Select(c => $"{c.Name}: {c.Value}").ToList();
            var server = new Check(faults.Count == 0 ? "ok" : "broken", "server",
                faults.Count == 0 ? $"version {health.Text("version")}, {health.Text("engine")}, answers" : string.Join('\n', faults));
            var checks = new List<Check> { server };
            if (context.ServerUrl is not null && health.Member("sandbox")?.Text("works") != "true")
                checks.Add(new Check("missing", "sandbox", "The server has none that works: its Python tools are refused. Run doctor on its machine."));
            checks.Add(Models(await api.GetAsync("/v1/models", context.CancellationToken)));
            return checks;
        }
        catch (Exception e) when (e is CliException or AgentFactoryException or HttpRequestException or SocketException or IOException)
        {
            return [new Check("broken", "server", e.Message)];
        }
    }

    private static Check Models(JsonElement models)
    {
        var ready = models.Items("data").Where(m => m.Text("available") == "true").Select(m => m.Text("provider")).Distinct().ToList();
        var needs = models.Items("data").Where(m => m.Text("available") != "true").Select(m => m.Text("needs")).Where(n => n is not null).Distinct().ToList();
        return needs.Count == 0
            ? new Check("ok", "models", "ready: " + string.Join(", ", ready))
            : new Check("missing", "models", $"ready: {string.Join(", ", ready)}. For the others set {string.Join(" or ", needs)}: agent-factory secret set NAME");
    }
}
