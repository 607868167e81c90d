using System.Text;
using System.Text.Json;
using AgentFactory.Core.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Core.Tests.Tools;

public sealed class ToolInvokerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arguments_that_break_the_schema_go_back_with_the_place_and_the_reason()
    {
        var runner = new Runner((_, _) => Task.FromResult(new ToolResult("never")));
        var result = await InvokeAsync(runner, """{"n":"one","x":1}""");
        Assert.True(result is { Refused: true, IsError: true });
        Assert.Contains("- /n: must be an integer, but is a string", result.Content, StringComparison.Ordinal);
        Assert.Contains("- /x: is not a known property", result.Content, StringComparison.Ordinal);
        Assert.Equal(0, runner.Calls);
    }

    [Fact]
    public async Task Arguments_that_fit_reach_the_runner_and_its_result_comes_back()
    {
        var echo = new Runner((call, _) => Task.FromResult(new ToolResult(call.Arguments.GetRawText())));
        var result = await InvokeAsync(echo, """{"n":1}""");
        Assert.Equal(new ToolResult("""{"n":1}"""), result);
    }

    [Fact]
    public async Task A_kind_without_a_runner_is_refused()
    {
        var result = await new ToolInvoker([], _time, _log).InvokeAsync(Tool, Call("""{"n":1}"""), Token);
        Assert.True(result.Refused);
        Assert.Contains("runs no tools of the kind 'builtin'", result.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_outlives_its_time_is_stopped_and_said_to_be()
    {
        var invocation = InvokeAsync(new Runner(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return new ToolResult("");
        }));
        _time.Advance(TimeSpan.FromSeconds(5));
        var result = await invocation;
        Assert.True(result is { IsError: true, Refused: false });
        Assert.Equal("'probe' did not finish within 5 seconds and was stopped.", result.Content);
    }

    [Fact]
    public async Task A_runner_that_ignores_cancellation_is_left_behind()
    {
        var never = new TaskCompletionSource<ToolResult>();
        var invocation = InvokeAsync(new Runner((_, _) => never.Task));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(invocation.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await invocation).IsError);
        never.SetResult(new ToolResult("too late"));
    }

    [Fact]
    public async Task A_runner_that_ignores_its_caller_is_left_behind_as_well()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var never = new TaskCompletionSource<ToolResult>();
        var invoker = new ToolInvoker([new Runner((_, _) => never.Task)], _time, _log);
        var invocation = invoker.InvokeAsync(Tool with { TimeoutSeconds = 600 }, Call("""{"n":1}"""), cancel.Token);
        await cancel.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invocation.WaitAsync(TimeSpan.FromSeconds(20), Token));
        never.SetResult(new ToolResult("too late"));
    }

    [Fact]
    public async Task Waiting_for_a_turn_is_no_time_of_the_tool()
    {
        var turn = new TaskCompletionSource<ToolResult>();
        var invocation = InvokeAsync(new Runner((_, token) => turn.Task.WaitAsync(token)) { Queue = TimeSpan.FromMinutes(1) });
        _time.Advance(TimeSpan.FromSeconds(64));
        turn.SetResult(new ToolResult("done"));
        Assert.Equal("done", (await invocation).Content);
        Assert.True(new PythonToolRunner(null!, null!).Queue > TimeSpan.Zero);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_passed_on()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var invocation = new ToolInvoker(
            [
                new Runner(async (_, token) =>
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return new ToolResult("");
                }),
            ],
            _time, _log).InvokeAsync(Tool, Call("""{"n":1}"""), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invocation);
    }

    [Fact]
    public async Task An_unexpected_failure_becomes_a_neutral_sentence_and_one_log_entry_without_content()
    {
        var result = await InvokeAsync(new Runner((_, _) => throw new InvalidOperationException("password hunter2")));
        Assert.True(result.IsError);
        Assert.DoesNotContain("hunter2", result.Content, StringComparison.Ordinal);
        var entry = Assert.Single(_log.Entries);
        Assert.DoesNotContain("hunter2", entry, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException", entry, StringComparison.Ordinal);
        var id = result.Content.Split(' ')[^1].TrimEnd('.');
        Assert.Contains(id, entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_by_a_rule_keeps_its_words()
    {
        var refusal = new AgentFactoryException(ErrorCodes.SandboxUnavailable, "install bubblewrap");
        var result = await InvokeAsync(new Runner((_, _) => throw refusal));
        Assert.Equal(new ToolResult("install bubblewrap", IsError: true), result);
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("😀")]
    public async Task A_result_that_is_too_long_is_cut_between_characters(string unit)
    {
        var content = new StringBuilder("x").Insert(1, unit, 300_000).ToString();
        var result = await InvokeAsync(new Runner((_, _) => Task.FromResult(new ToolResult(content))));
        var kept = result.Content[..result.Content.IndexOf("\n[cut:", StringComparison.Ordinal)];
        Assert.StartsWith(kept, content, StringComparison.Ordinal);
        Assert.InRange(Encoding.UTF8.GetByteCount(kept), ToolInvoker.MaxContentBytes - 8, ToolInvoker.MaxContentBytes);
        Assert.DoesNotContain("\ufffd", result.Content, StringComparison.Ordinal);
    }

    private static ToolDefinition Tool { get; } = new()
    {
        Name = "probe",
        Kind = ToolKind.Builtin,
        Effect = ToolEffect.Read,
        TimeoutSeconds = 5,
        Parameters = JsonDocument.Parse(
            """{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}""").RootElement,
    };

    private Task<ToolResult> InvokeAsync(Runner runner, string arguments = """{"n":1}""") =>
        new ToolInvoker([runner], _time, _log).InvokeAsync(Tool, Call(arguments), Token);

    private static ToolCall Call(string arguments) =>
        new(new TenantId(Guid.Empty), Guid.Empty, "call_1", JsonDocument.Parse(arguments).RootElement, "key");

    private sealed class Runner(Func<ToolCall, CancellationToken, Task<ToolResult>> run) : IToolRunner
    {
        public int Calls { get; private set; }
        public ToolKind Kind => ToolKind.Builtin;
        public TimeSpan Queue { get; init; }

        public Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
        {
            Calls++;
            return run(call, cancellationToken);
        }
    }

    private sealed class RecordingLog : ILogger<ToolInvoker>
    {
        public List<string> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add(formatter(state, exception) + exception);
    }
}
