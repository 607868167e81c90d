namespace AgentFactory.Cli.Connection;

/// <summary>Where the data folder is when nobody says.</summary>
internal static class DataPaths
{
    public static string Resolve(string? option)
    {
        if (!string.IsNullOrEmpty(option)) return Path.GetFullPath(option);
        if (Environment.GetEnvironmentVariable("AGENT_FACTORY_DATA") is { Length: > 0 } set) return Path.GetFullPath(set);
        // LocalApplicationData is $XDG_DATA_HOME or ~/.local/share on Linux, %LOCALAPPDATA% on Windows.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(home.Length > 0 ? home : Environment.CurrentDirectory, "agent-factory");
    }
}
