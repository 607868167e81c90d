using System.CommandLine;

namespace AgentFactory.Cli.CommandLine;

/// <summary>What surrounds a command: its streams, its environment, and whether a person sits there.</summary>
internal sealed class Terminal : InvocationConfiguration
{
    public Terminal()
    {
        // Commands turn what goes wrong into a line and an exit code themselves, and Ctrl-C comes as a token.
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>Opened when it is read: opening the process's own changes what a terminal does.</summary>
    public required Func<TextReader> Input { get; init; }

    /// <summary>The value of an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>One key, not echoed; null when the input is a file or a pipe.</summary>
    public Func<ConsoleKeyInfo>? Keyboard { get; init; }

    /// <summary>How many columns a person sees; null when the output is a file or a pipe.</summary>
    public int? Width { get; init; }

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new()
    {
        Input = () => Console.In,
        Output = Console.Out,
        Error = Console.Error,
        Environment = System.Environment.GetEnvironmentVariable,
        Keyboard = Console.IsInputRedirected ? null : () => Console.ReadKey(intercept: true),
        // A terminal that doesn't know its width says 0.
        Width = Console.IsOutputRedirected ? null : Console.WindowWidth is > 0 and var width ? width : int.MaxValue,
    };

    /// <summary>A variable that is set to something.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;
}
