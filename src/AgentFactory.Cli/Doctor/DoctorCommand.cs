using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Server;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Engines.Sandbox;
using AgentFactory.Server.Tools;

namespace AgentFactory.Cli.Doctor;

/// <summary>
/// How one part is: <c>ok</c>, <c>missing</c> (something can't be used until it is there) or <c>broken</c> (the product doesn't work).
/// </summary>
internal sealed record Check(string State, string Part, string Finding);

/// <summary><c>doctor</c>: what works here, what is missing, and how to get it.</summary>
internal static class DoctorCommand
{
    private const long LeastFreeBytes = 1L << 30;

    public static Command Create() => new Command("doctor", "Say what works here, what is missing, and how to get it").Does(ExamineAsync)
        .Examples("doctor", "doctor --json", "doctor --server https://agents.example.com");

    private static async Task<int> ExamineAsync(CommandContext context)
    {
        var runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";
        var checks = new List<Check> { new("ok", "program", $"agent-factory {VersionCommand.Number}, {runtime}") };
        if (context.ServerUrl is null)
        {
            checks.Add(DataFolderOf(context.DataPath));
            checks.Add(await SandboxAsync(context));
        }
        checks.AddRange(await ServerAsync(context));
        if (context.Json) context.Print.Json(checks);
        else foreach (var check in checks) context.Print.Line(Line(check));
        return checks.Any(c => c.State == "broken") ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static string Line(Check check) =>
        $"{check.State,-8} {check.Part,-12} {check.Finding.ReplaceLineEndings("\n" + new string(' ', 22))}";

    private static Check DataFolderOf(string path)
    {
        if (File.Exists(path)) return new Check("broken", "data folder", $"{path} is a file. Name a folder with --data.");
        var owner = DataFolder.FindOwner(path);
        var there = Directory.Exists(path);
        var disk = new DriveInfo(there ? path : Path.GetPathRoot(path)!);
        var state = owner is not null ? $"open in {owner}" : there ? "there, not open" : "made at the first use";
        if (disk.AvailableFreeSpace >= LeastFreeBytes)
            return new Check("ok", "data folder", $"{path}: {state}, {disk.AvailableFreeSpace >> 30} GB free");
        return new Check("missing", "data folder",
            $"{path}: only {disk.AvailableFreeSpace >> 20} MB are free. Make room, or choose another folder with --data.");
    }

    private static async Task<Check> SandboxAsync(CommandContext context)
    {
        try
        {
            using var sandbox = new BubblewrapSandbox(ToolsOptions.Read(context.Terminal.Environment).Sandbox, TimeProvider.System);
            return await sandbox.SelfTestAsync(context.CancellationToken) is { } fault
                ? new Check("missing", "sandbox", fault)
                : new Check("ok", "sandbox", $"{sandbox.Name} ran a Python function");
        }
        catch (AgentFactoryException e)
        {
            return new Check("broken", "sandbox", e.Message);
        }
    }

    private static async Task<IReadOnlyList<Check>> ServerAsync(CommandContext context)
    {
        try
        {
            var api = context.Connect();
            var health = await api.GetAsync("/health", context.CancellationToken);
            var models = (await api.GetAsync("/v1/models", context.CancellationToken)).NeededList("data");
            var checks = new List<Check> { Server(health), Models(models) };
            if (context.ServerUrl is not null && health.Member("sandbox")?.Text("works") != "true")
                checks.Add(new Check("missing", "sandbox",
                    "The server has none that works: its Python tools are refused. Run doctor on its machine."));
            return checks;
        }
        catch (Exception e) when (e is CliException or AgentFactoryException)
        {
            return [new Check("broken", "server", e.Message)];
        }
    }

    private static Check Server(JsonElement health)
    {
        var found = health.Member("checks") is { ValueKind: JsonValueKind.Object } checks ? checks.EnumerateObject() : default;
        var faults = found.Where(c => c.Value.ToString() != "ok").Select(c => $"{c.Name}: {c.Value}").ToList();
        return faults.Count == 0
            ? new Check("ok", "server", $"version {health.Needed("version")}, {health.Text("engine")}, answers")
            : new Check("broken", "server", string.Join('\n', faults));
    }

    private static Check Models(JsonElement models)
    {
        var all = models.EnumerateArray().ToList();
        var ready = string.Join(", ", all.Where(m => m.Text("available") == "true").Select(m => m.Text("provider")).Distinct());
        var waiting = all.Where(m => m.Text("available") != "true");
        var needs = string.Join(" or ", waiting.Select(m => m.Text("needs")).OfType<string>().Distinct());
        return needs.Length == 0
            ? new Check("ok", "models", $"ready: {ready}")
            : new Check("missing", "models", $"ready: {ready}. For the others set {needs}: agent-factory secret set NAME");
    }
}
