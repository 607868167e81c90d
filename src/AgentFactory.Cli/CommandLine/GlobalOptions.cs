using System.CommandLine;

namespace AgentFactory.Cli.CommandLine;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The data folder (default: AGENT_FACTORY_DATA, else the user's data directory)",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = "Speak to this server instead of the data folder (default: AGENT_FACTORY_SERVER)",
        HelpName = "URL",
        Recursive = true,
    };

    public static readonly Option<string?> Key = new("--key")
    {
        Description = "The API key for --server (default: AGENT_FACTORY_KEY, which keeps it out of the process list)",
        HelpName = "KEY",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON for programs instead of text for people",
        Recursive = true,
    };

    public static IEnumerable<Option> All => [Data, Server, Key, Json];
}
