using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Cli.Tests.CommandLine;

/// <summary>What only a process of its own shows.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Streams_that_are_empty_cut_full_or_in_another_encoding_do_no_harm()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        var cut = await CliProcess.RunAsync(cli, "$cli model list | head -n 1; echo ${PIPESTATUS[0]}");
        Assert.Matches("^MODEL .*\n0\n$", cut.Output);
        Assert.Equal("", cut.Error);
        (await CliProcess.RunAsync(cli, "$cli ask bot < /dev/null")).Fails(2, "There is no question");
        (await CliProcess.RunAsync(cli, "$cli model list > /dev/full")).Fails(1, "The output cannot be written");
        var foreign = await CliProcess.RunAsync(cli, "LC_ALL=en_US.ISO-8859-1 $cli ask bot 'What is 6 * 7?' --steps");
        Assert.Contains("42", foreign.Succeeds().Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CliProcess.RunAsync(cli, "TERM=dumb $cli agent list")).Code);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_cancels_the_run_that_is_asked_for(string signal)
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Models.On("endless", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new ScriptedAnswer("never");
        });
        await cli.AddBotAsync("script/endless");
        // The run has begun when its first step is told. A shell starts what it puts behind & with Ctrl-C ignored, unless set -m.
        var stopped = await CliProcess.RunAsync(
            cli, $"set -m; mkfifo {cli.Free("steps")}; $cli ask bot Go --steps 2> {cli.Free("steps")} & "
            + $"{{ read -r line; kill -{signal} $!; cat >&2; }} < {cli.Free("steps")}; wait $!");
        Assert.Equal(130, stopped.Code);
        Assert.Matches("^\nrun_[0-9A-Z]{26} is cancelled\\.\n", stopped.Error);
        Assert.Equal("cancelled", Assert.Single((await cli.JsonAsync("run", "list")).EnumerateArray()).Text("outcome"));
    }

    [Fact]
    public async Task A_killed_server_leaves_nothing_in_the_way_and_a_stopped_one_ends_with_0()
    {
        await using var cli = await TestCli.StartAsync();
        const string Serve = "set -m; exec 3< <($cli serve --urls http://127.0.0.1:0); pid=$!; while read -r word rest <&3; do "
            + "if [ \"$word\" = data ]; then break; fi; done; ";
        var killed = await CliProcess.RunAsync(cli, Serve + "$cli agent list; kill -KILL $pid; wait $pid; $cli agent list; $cli data path");
        Assert.Equal(0, killed.Code);
        Assert.Equal(cli.DataPath + "\n", killed.Output);
        Assert.DoesNotContain("error: ", killed.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await CliProcess.RunAsync(cli, Serve + "kill -INT $pid; wait $pid")).Code);
        Assert.Equal(0, (await CliProcess.RunAsync(cli, Serve + "kill -TERM $pid; wait $pid")).Code);
    }
}
