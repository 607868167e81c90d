using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Server;

/// <summary><c>version</c>: what runs here.</summary>
internal static class VersionCommand
{
    /// <summary>The product's version, without the build's commit.</summary>
    public static string Number =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create() => new Command("version", "Print the version").Does(Print).Examples("version", "version --json");

    private static Task Print(CommandContext context)
    {
        var about = new
        {
            version = Number,
            runtime = RuntimeInformation.FrameworkDescription,
            platform = RuntimeInformation.RuntimeIdentifier,
        };
        if (context.Json) context.Print.Json(about);
        else context.Print.Line($"agent-factory {about.version} ({about.runtime}, {about.platform})");
        return Task.CompletedTask;
    }
}
