using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace AgentFactory.Cli.CommandLine;

/// <summary>How a command is put together: what it takes, what it does, and examples for its help.</summary>
internal static class CommandExtensions
{
    /// <summary>
    /// Shown at the end of <c>--help</c>; each is what comes after <c>agent-factory</c>. What the command does is said before.
    /// </summary>
    public static Command Examples(this Command command, params string[] examples)
    {
        ((CommandAction)command.Action!).Examples = examples;
        return command;
    }

    /// <summary>What <see cref="Examples"/> gave the command.</summary>
    public static IReadOnlyList<string> ExamplesOf(this Command command) => command.Action is CommandAction action ? action.Examples : [];

    public static Command With(this Command command, params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else if (symbol is Option option) command.Add(option);
            else command.Add((Command)symbol);
        }
        return command;
    }

    /// <summary>Runs <paramref name="action"/> with everything a command needs and turns refusals into an exit code.</summary>
    public static Command Does(this Command command, Func<CommandContext, Task<int>> action)
    {
        command.Action = new CommandAction(action);
        return command;
    }

    /// <inheritdoc cref="Does(Command, Func{CommandContext, Task{int}})"/>
    public static Command Does(this Command command, Func<CommandContext, Task> action) => command.Does(async context =>
    {
        await action(context);
        return ExitCodes.Ok;
    });

    /// <summary>The command as it is typed: <c>agent-factory key create</c>.</summary>
    public static string Path(this CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            names.Push(command.Command.Name);
        return string.Join(' ', names.Prepend("agent-factory"));
    }

    /// <summary>Puts the examples under the help of every command.</summary>
    public static void UseExampleHelp(this RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>()) option.Action = new ExampleHelp((HelpAction)option.Action!);
    }

    private sealed class CommandAction(Func<CommandContext, Task<int>> action) : AsynchronousCommandLineAction
    {
        public IReadOnlyList<string> Examples { get; set; } = [];

        public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken) =>
            CommandContext.RunAsync(parseResult, action, cancellationToken);
    }

    private sealed class ExampleHelp(HelpAction standard) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            standard.Invoke(parseResult);
            var examples = parseResult.CommandResult.Command.ExamplesOf();
            if (examples.Count == 0) return ExitCodes.Ok;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  agent-factory {example}");
            output.WriteLine();
            return ExitCodes.Ok;
        }
    }
}
