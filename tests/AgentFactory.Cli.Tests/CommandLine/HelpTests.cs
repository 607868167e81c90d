using System.CommandLine;
using System.Text.RegularExpressions;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.CommandLine;

public sealed partial class HelpTests
{
    [Fact]
    public async Task Every_command_has_help_and_every_leaf_has_examples()
    {
        await using var cli = await TestCli.StartAsync();
        foreach (var (path, command) in Commands([], CommandLineRoot.Root))
        {
            var help = await cli.OutputAsync([.. path, "--help"]);
            // The program's own name is that of the process, which is the test's here.
            Assert.Matches($"Usage:\n  \\S+ {string.Join(' ', path)}", help);
            Assert.False(string.IsNullOrWhiteSpace(command.Description));
            Assert.All(command.Arguments, a => Assert.False(string.IsNullOrWhiteSpace(a.Description), a.Name));
            Assert.All(command.Options, o => Assert.False(string.IsNullOrWhiteSpace(o.Description), o.Name));
            if (command.Subcommands.Count > 0) continue;
            Assert.NotEmpty(command.ExamplesOf());
            Assert.All(command.ExamplesOf(), example => Assert.Contains($"\n  agent-factory {example}\n", help, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_example_is_one_of_its_own_command_and_can_be_parsed()
    {
        foreach (var (path, command) in Commands([], CommandLineRoot.Root))
        {
            foreach (var example in command.ExamplesOf())
            {
                // What stands after < and > is the shell's, and so are the quotes.
                var words = Words().Matches(example.Split(" < ")[0].Split(" > ")[0]).Select(m => m.Value.Trim('\'', '"')).ToList();
                var parsed = CommandLineRoot.Root.Parse(words);
                Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors)}");
                if (path.Count > 0) Assert.Same(command, parsed.CommandResult.Command);
            }
        }
    }

    [Fact]
    public async Task Without_a_command_there_is_help()
    {
        await using var cli = await TestCli.StartAsync();
        Assert.Equal(await cli.OutputAsync("--help"), await cli.OutputAsync());
    }

    [Fact]
    public async Task What_is_mistyped_is_said_in_a_line_with_the_way_to_help()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("bogus")).Fails(2, "'bogus'", "See: agent-factory --help");
        (await cli.RunAsync("agent")).Fails(2, "See: agent-factory agent --help");
        (await cli.RunAsync("ask")).Fails(2, "agent", "See: agent-factory ask --help");
        (await cli.RunAsync("agent", "list", "--nonsense")).Fails(2, "--nonsense", "See: agent-factory agent list --help");
        (await cli.RunAsync("agent", "publish", "bot", "two")).Fails(2, "A version", "'two'");
        (await cli.RunAsync("agent", "show", "bot", "--version", "-1")).Fails(2, "A version", "'-1'");
        (await cli.RunAsync("agent", "list", "--\e[31mred")).Fails(2, "\uFFFD[31mred");
        Assert.False(Directory.Exists(cli.DataPath));
    }

    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex Words();

    private static IEnumerable<(IReadOnlyList<string> Path, Command Command)> Commands(IReadOnlyList<string> path, Command command) =>
        command.Subcommands.SelectMany(c => Commands([.. path, c.Name], c)).Prepend((path, command));
}
