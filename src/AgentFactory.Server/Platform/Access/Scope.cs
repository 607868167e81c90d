namespace AgentFactory.Server.Platform.Access;

/// <summary>What a key may do: a noun and <c>read</c> or <c>write</c>. Writing a noun doesn't include reading it.</summary>
internal static class Scope
{
    public const string AgentsRead = "agents:read";
    public const string AgentsWrite = "agents:write";
    public const string ToolsRead = "tools:read";
    public const string ToolsWrite = "tools:write";
    public const string ModelsRead = "models:read";
    public const string SessionsRead = "sessions:read";
    public const string SessionsWrite = "sessions:write";
    public const string RunsRead = "runs:read";
    public const string RunsWrite = "runs:write";
    public const string NotebooksRead = "notebooks:read";
    public const string NotebooksWrite = "notebooks:write";
    public const string KeysRead = "keys:read";
    public const string KeysWrite = "keys:write";
    public const string SecretsRead = "secrets:read";
    public const string SecretsWrite = "secrets:write";

    /// <summary>Everything in the tenant: the owner's.</summary>
    public const string Everything = "*";

    /// <summary>No key has this one: only the installation's operator, who comes over the data folder's socket.</summary>
    public const string Operator = "operator";

    /// <summary>Every scope a key can be given, in the order they are shown.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Everything, AgentsRead, AgentsWrite, ToolsRead, ToolsWrite, ModelsRead, SessionsRead, SessionsWrite, RunsRead, RunsWrite,
        NotebooksRead, NotebooksWrite, KeysRead, KeysWrite, SecretsRead, SecretsWrite,
    ];
}
