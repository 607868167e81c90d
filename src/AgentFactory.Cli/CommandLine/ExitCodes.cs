namespace AgentFactory.Cli.CommandLine;

/// <summary>What the process exits with; documented in docs/cli.md.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The command ran and its subject failed: a run that did not complete, a check of <c>doctor</c>.</summary>
    public const int Failed = 1;

    /// <summary>Bad arguments or a request the server refuses as invalid.</summary>
    public const int Invalid = 2;

    public const int NotFound = 3;

    /// <summary>No key, a wrong key, or one without the scope.</summary>
    public const int Denied = 4;

    /// <summary>The thing changed, is busy, or its name is taken.</summary>
    public const int Conflict = 5;

    /// <summary>The server or the data folder cannot be used now; a retry may help.</summary>
    public const int Unavailable = 6;

    /// <summary>A defect of the product.</summary>
    public const int Internal = 70;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;

    public static int OfStatus(int status) => status switch
    {
        401 or 403 => Denied,
        404 or 410 => NotFound,
        409 or 412 => Conflict,
        429 or 502 or 503 or 504 => Unavailable,
        >= 500 => Internal,
        _ => Invalid,
    };
}

/// <summary>Ends the command: the message goes to the error stream, the code to the shell.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
