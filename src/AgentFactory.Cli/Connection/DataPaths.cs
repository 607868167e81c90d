using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Connection;

/// <summary>Where the data folder is.</summary>
internal static class DataPaths
{
    /// <summary>The one that <c>--data</c> names, else the environment, else the user's data directory.</summary>
    public static string Resolve(string? option, Terminal terminal)
    {
        if (option is not null) return Absolute(option, "--data");
        if (terminal.Variable("AGENT_FACTORY_DATA") is { } set) return Absolute(set, "AGENT_FACTORY_DATA");
        // LocalApplicationData is $XDG_DATA_HOME or ~/.local/share on Linux, %LOCALAPPDATA% on Windows.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        if (home.Length > 0) return Path.Combine(home, "agent-factory");
        throw Refused("There is no home folder to keep data in. Name a folder with --data or AGENT_FACTORY_DATA.");
    }

    private static string Absolute(string path, string source)
    {
        if (string.IsNullOrWhiteSpace(path)) throw Refused($"{source} is empty. Name a folder, or leave it out.");
        if (path.Contains('\0', StringComparison.Ordinal)) throw Refused($"{source} is no path: it holds a NUL.");
        return Path.GetFullPath(path);
    }

    private static CliException Refused(string message) => new(ExitCodes.Invalid, message);
}
