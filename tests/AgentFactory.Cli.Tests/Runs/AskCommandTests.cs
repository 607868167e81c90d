using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Cli.Tests.Runs;

public sealed class AskCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task The_output_is_the_answer_and_the_rest_goes_beside_it(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        var asked = (await cli.RunAsync("ask", "bot", "What is 6 * 7?", "--steps")).Succeeds();
        Assert.Contains("42", asked.Output, StringComparison.Ordinal);
        Assert.Contains("  started     bot version 1 on demo/offline\n", asked.Error, StringComparison.Ordinal);
        Assert.Contains("  tool        calculator returned 42", asked.Error, StringComparison.Ordinal);
        Assert.Matches("run_[0-9A-Z]{26} · completed · 2 model calls · 1 tool call · [0-9]+ tokens · 0 USD\n$", asked.Error);

        var quiet = (await cli.RunAsync("ask", "bot", "What is 6 * 7?", "-q")).Succeeds();
        Assert.Equal((asked.Output, ""), (quiet.Output, quiet.Error));
        var json = await cli.JsonAsync("ask", "bot", "What is 6 * 7?");
        Assert.Equal(asked.Output, json.Text("output") + "\n");
    }

    [Fact]
    public async Task The_question_comes_from_the_input_when_none_is_typed()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Models.On("echo", call => new ScriptedAnswer("You said: " + call.Messages[^1].Text));
        await cli.AddBotAsync("script/echo");
        var piped = await cli.RunAsync(new TestTerminal { Input = "one\ntwo\n" }, "ask", "bot");
        Assert.Equal("You said: one\ntwo\n\n", piped.Succeeds().Output);
        var dash = await cli.RunAsync(new TestTerminal { Input = "three" }, "ask", "bot", "-");
        Assert.Equal("You said: three\n", dash.Succeeds().Output);
        Assert.Equal("You said: @four\n", await cli.OutputAsync("ask", "bot", "@four"));
        Assert.Equal("You said: --five\n", await cli.OutputAsync("ask", "bot", "--", "--five"));
        (await cli.RunAsync("ask", "bot")).Fails(2, "There is no question");

        var person = await cli.RunAsync(new TestTerminal { Typed = "", Input = "six" }, "ask", "bot");
        Assert.StartsWith("Type the question", person.Succeeds().Error);
    }

    [Fact]
    public async Task A_person_reads_along_while_the_model_writes()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var seen = new TaskCompletionSource();
        cli.Models.On("slow", _ => new ScriptedAnswer("First second.") { AfterPiece = token => seen.Task.WaitAsync(token) });
        await cli.AddBotAsync("script/slow");
        // The model's second word waits until the first one stands on the screen.
        var terminal = new TestTerminal
        {
            Width = 80,
            OnOutput = text =>
            {
                if (text == "First") seen.TrySetResult();
            },
        };
        Assert.Equal("First second.\n", (await cli.RunAsync(terminal, "ask", "bot", "Go")).Succeeds().Output);
    }

    [Fact]
    public async Task Text_before_a_tool_call_stands_on_a_line_of_its_own()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Models.On("talks", call => call.Results.Count > 0
            ? new ScriptedAnswer("It is 42.")
            : new ScriptedAnswer("Let me see.") { Calls = [("calculator", """{"expression": "6 * 7"}""")] });
        await cli.AddBotAsync("script/talks");
        var read = await cli.RunAsync(new TestTerminal { Width = 80 }, "ask", "bot", "Go");
        Assert.Equal("Let me see.\nIt is 42.\n", read.Succeeds().Output);
        Assert.Equal("It is 42.\n", await cli.OutputAsync("ask", "bot", "Go"));
    }

    [Fact]
    public async Task Escapes_in_an_answer_are_shown_and_not_obeyed()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Models.On("red", _ => new ScriptedAnswer("\e[31mred\a\0 over\rwritten"));
        await cli.AddBotAsync("script/red");
        const string Shown = "\uFFFD[31mred\uFFFD\uFFFD over\uFFFDwritten\n";
        Assert.Equal(Shown, await cli.OutputAsync("ask", "bot", "Go"));
        Assert.Equal(Shown, (await cli.RunAsync(new TestTerminal { Width = 80 }, "ask", "bot", "Go")).Succeeds().Output);
    }

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_session_remembers_what_was_said(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        await cli.AddBotAsync();
        var first = (await cli.RunAsync("ask", "bot", "What is 6 * 7?", "--new-session")).Succeeds();
        var session = first.Error.TrimEnd().Split("session ")[^1];
        (await cli.RunAsync("ask", "bot", "And 2 * 3?", "--session", session)).Succeeds();
        (await cli.RunAsync("ask", "bot", "And 1 + 1?", "--session", session)).Succeeds();
        var said = (await cli.JsonAsync("session", "show", session)).NeededList("messages").EnumerateArray();
        Assert.Equal(
            ["What is 6 * 7?", "And 2 * 3?", "And 1 + 1?"], said.Where(m => m.Text("role") == "user").Select(m => m.Text("text")));
        (await cli.RunAsync("ask", "bot", "Hello", "--session", session, "--new-session")).Fails(2, "--new-session");
        (await cli.RunAsync("ask", "bot", "Hello", "--session", "ses_nothing")).Fails(2, "session");
    }

    [Fact]
    public async Task A_run_that_fails_exits_1_and_says_why()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Models.On("broken", _ => throw new InvalidOperationException("secret inside"));
        await cli.AddBotAsync("script/broken");
        var failed = await cli.RunAsync("ask", "bot", "Go", "-q");
        failed.Fails(1);
        Assert.DoesNotContain("secret inside", failed.Error, StringComparison.Ordinal);

        var json = await cli.RunAsync("ask", "bot", "Go", "--json");
        Assert.Equal((1, "failed"), (json.Code, json.Json.Text("outcome")));
        Assert.StartsWith("error: ", json.Error);
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused()
    {
        await using var cli = await TestCli.StartAsync();
        await cli.AddBotAsync("openai/gpt-4.1");
        (await cli.RunAsync("ask", "nobody", "Hello")).Fails(3, "no such agent");
        (await cli.RunAsync("ask", "bot", "Hello", "-q")).Fails(2, "OPENAI_API_KEY", "demo/offline");
        (await cli.RunAsync("ask", "bot", "Hello", "--model", "nonsense")).Fails(2, "model");
        (await cli.RunAsync("ask", "bot", "Hello", "too", "many")).Fails(2, "too", "ask --help");
    }

    [Theory]
    [InlineData(Place.Socket)]
    [InlineData(Place.Url)]
    public async Task Ctrl_C_cancels_the_run(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        cli.Models.On("endless", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new ScriptedAnswer("never");
        });
        await cli.AddBotAsync("script/endless");
        using var ctrlC = new CancellationTokenSource();
        var terminal = new TestTerminal
        {
            CancellationToken = ctrlC.Token,
            OnError = text =>
            {
                if (text.Contains("started", StringComparison.Ordinal)) ctrlC.Cancel();
            },
        };
        var stopped = await cli.RunAsync(terminal, "ask", "bot", "Go", "--steps");
        Assert.Equal((130, ""), (stopped.Code, stopped.Output));
        Assert.Matches("\nrun_[0-9A-Z]{26} is cancelled\\.\n$", stopped.Error);
        Assert.Equal("cancelled", Assert.Single((await cli.JsonAsync("run", "list")).EnumerateArray()).Text("outcome"));
    }

    [Fact]
    public async Task Ctrl_C_before_there_is_a_question_starts_nothing()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        await cli.AddBotAsync();
        var terminal = new TestTerminal { CancellationToken = new CancellationToken(canceled: true) };
        var stopped = await cli.RunAsync(terminal, "ask", "bot", "Go");
        Assert.Equal(130, stopped.Code);
        Assert.Equal("[]\n", await cli.OutputAsync("run", "list", "--json"));
    }
}
