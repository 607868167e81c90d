using System.CommandLine;
using System.CommandLine.Invocation;
using AgentFactory.Cli.Agents;
using AgentFactory.Cli.Data;
using AgentFactory.Cli.Doctor;
using AgentFactory.Cli.Keys;
using AgentFactory.Cli.Models;
using AgentFactory.Cli.Notebooks;
using AgentFactory.Cli.Runs;
using AgentFactory.Cli.Secrets;
using AgentFactory.Cli.Server;
using AgentFactory.Cli.Sessions;
using AgentFactory.Cli.Tenants;
using AgentFactory.Cli.Tools;

namespace AgentFactory.Cli.CommandLine;

/// <summary>The whole command line: what the process runs, and what tests run inside theirs.</summary>
internal static class CommandLineRoot
{
    // A question may begin with @; it names no file of further arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Every command, for help and for reading arguments. Nothing changes it once it stands.</summary>
    public static RootCommand Root { get; } = Create();

    /// <summary>Does what <paramref name="args"/> say and returns the exit code.</summary>
    /// <param name="cancellationToken">Ctrl-C: ends the command in order.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        var result = Root.Parse(args, Parsing);
        if (result.Action is not ParseErrorAction) return await result.InvokeAsync(terminal, cancellationToken);
        // A screen of help would hide the one line that says what is wrong.
        var print = new Printer(terminal);
        foreach (var error in result.Errors) print.Error(OneLine(error.Message));
        print.Note($"See: {result.CommandResult.Path()} --help");
        return ExitCodes.Invalid;
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static RootCommand Create()
    {
        var root = new RootCommand("Agent Factory: from a notebook to an agent in production.");
        foreach (var option in GlobalOptions.All) root.Add(option);
        root.With(
                ServeCommand.Create(), AskCommand.Create(), NotebookCommands.Create(), AgentCommands.Create(), ToolCommands.Create(),
                RunCommands.Create(), SessionCommands.Create(), KeyCommands.Create(), SecretCommands.Create(), ModelCommands.Create(),
                TenantCommands.Create(), DataCommands.Create(), DoctorCommand.Create(), VersionCommand.Create())
            .Does(context => root.Parse("--help").InvokeAsync(context.Terminal, context.CancellationToken))
            .Examples("notebook convert my.ipynb", "ask my-agent \"What can you do?\" --model demo/offline", "serve", "doctor");
        root.UseExampleHelp();
        return root;
    }
}
