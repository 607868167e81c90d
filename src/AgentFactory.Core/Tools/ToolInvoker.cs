using System.Text;
using System.Text.Json;
using AgentFactory.Core.Tools.Schemas;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentFactory.Core.Tools;

/// <summary>
/// Makes one call: checks the arguments, runs the tool within its time, and turns whatever happens into something the model can read.
/// Thread-safe.
/// </summary>
/// <param name="runners">One for each kind of tool this installation can run.</param>
/// <param name="time">The clock of timeouts; the system's when null.</param>
/// <param name="log">Told about failures of the platform, once each, without arguments or results.</param>
public sealed class ToolInvoker(IEnumerable<IToolRunner> runners, TimeProvider? time = null, ILogger<ToolInvoker>? log = null)
{
    /// <summary>The most a model reads of one result, in bytes of UTF-8; the rest is cut and said to be missing.</summary>
    public const int MaxContentBytes = 256 << 10;

    /// <summary>How long a runner may take to stop, its time being over or its caller gone, before it is left behind.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ToolKind, IToolRunner> _runners = runners.ToDictionary(runner => runner.Kind);
    private readonly JsonSchemaCache _schemas = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ILogger _log = log ?? NullLogger<ToolInvoker>.Instance;

    /// <summary>
    /// Never throws for what a tool does. Throws <see cref="OperationCanceledException"/> when the caller cancels.
    /// A result with <see cref="ToolResult.Refused"/> means that the tool was not called.
    /// </summary>
    public async Task<ToolResult> InvokeAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        if (!_runners.TryGetValue(tool.Kind, out var runner))
            return Refuse($"'{tool.Name}' was not called: this installation runs no tools of the kind '{Word(tool.Kind)}'.");
        try
        {
            if (Check(tool, call.Arguments) is { } refusal) return refusal;
            return Cut(await RunAsync(runner, tool, call, cancellationToken));
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            // However the runner takes an interruption: it is no answer of the tool.
            throw new OperationCanceledException("The call was interrupted.", e, cancellationToken);
        }
        catch (AgentFactoryException e)
        {
            return new ToolResult(e.Message, IsError: true);
        }
#pragma warning disable CA1031 // whatever a runner throws, the run goes on: the model reads that the tool failed
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failed(tool, e);
        }
    }

    private ToolResult? Check(ToolDefinition tool, JsonElement arguments)
    {
        var violations = _schemas.Get(tool.Parameters).Validate(arguments);
        if (violations.Count == 0) return null;
        var text = new StringBuilder($"'{tool.Name}' was not called: its arguments do not satisfy its schema. Mend these and call again:");
        foreach (var violation in violations) text.Append("\n- ").Append(violation);
        return Refuse(text.ToString());
    }

    private async Task<ToolResult> RunAsync(IToolRunner runner, ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(tool.TimeoutSeconds) + runner.Queue;
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var leave = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        using var watch = either.Token.Register(() => leave.CancelAfter(Grace));
        var running = runner.RunAsync(tool, call, either.Token);
        try
        {
            return await running.WaitAsync(leave.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!running.IsCompleted)
                _ = running.ContinueWith(
                    left => Failed(tool, left.Exception!.GetBaseException()),
                    CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            return TimedOut(tool);
        }
    }

    private ToolResult Failed(ToolDefinition tool, Exception e)
    {
        var id = Ids.Encode("err", Ids.New(_time));
        // The message may quote arguments or a response; the type and the place are enough to find the fault.
        _log.LogError(
            "A {Kind} tool failed unexpectedly ({ErrorId}): {Type}\n{Stack}", Word(tool.Kind), id, e.GetType().FullName, e.StackTrace);
        return new ToolResult($"'{tool.Name}' failed unexpectedly. The operator finds the reason under {id}.", IsError: true);
    }

    private static ToolResult TimedOut(ToolDefinition tool) =>
        new($"'{tool.Name}' did not finish within {tool.TimeoutSeconds} seconds and was stopped.", IsError: true);

    private static ToolResult Refuse(string why) => new(why, IsError: true) { Refused = true };

    private static ToolResult Cut(ToolResult result)
    {
        var size = Encoding.UTF8.GetByteCount(result.Content);
        if (size <= MaxContentBytes) return result;
        var bytes = Encoding.UTF8.GetBytes(result.Content).AsSpan(0, MaxContentBytes);
        while ((bytes[^1] & 0xC0) == 0x80) bytes = bytes[..^1];
        if (bytes[^1] >= 0xC0) bytes = bytes[..^1];
        return result with { Content = Encoding.UTF8.GetString(bytes) + $"\n[cut: the first {bytes.Length} of {size} bytes]" };
    }

    private static string Word(ToolKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
