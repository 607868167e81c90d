using System.CommandLine;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Data;

/// <summary><c>data</c>: the data folder.</summary>
internal static class DataCommands
{
    public static Command Create() => new Command("data", "The data folder: where it is").With(
        new Command("path", "Print the data folder").Does(PathAsync).Examples("data path"));

    private static Task PathAsync(CommandContext context)
    {
        context.Print.Line(context.DataPath);
        return Task.CompletedTask;
    }
}
