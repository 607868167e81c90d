using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Runs;

/// <summary>A call that is ready to be made, or the refusal that the model reads instead.</summary>
internal sealed record PreparedCall(ToolDefinition? Tool, ToolCall? Call, ToolRequested? Requested, ToolResponded? Refusal);

/// <summary>Makes the tool calls of a run. What a model got wrong goes back to it as a result.</summary>
internal sealed class ToolSteps(ToolInvoker invoker, TimeProvider time)
{
    /// <summary>
    /// Checks a call before anything is written down: the tool exists, the arguments are an object, and it was not lost too often.
    /// </summary>
    public static PreparedCall Prepare(NewRun run, AgentVersion agent, RunState state, CallState call)
    {
        var request = call.Request;
        var tool = agent.Tools.FirstOrDefault(t => t.Name == request.Tool);
        if (tool is null) return Refused(call, $"There is no tool '{request.Tool}'. The tools are: {ModelTools.Names(agent)}.");
        if (!RunConversation.TryParse(request.Arguments, out var arguments))
            return Refused(call, $"The arguments of '{tool.Name}' are not a JSON object. Send an object that satisfies the tool's schema.");
        if (call.Attempts >= RunMachine.MaxAttempts)
            return Refused(call, $"'{tool.Name}' did not answer: the process that ran it was lost {call.Attempts} times.");
        var key = RunServices.IdempotencyKey(run.Tenant, run.RunId, state.Turns, call.Ordinal + 1);
        return new PreparedCall(
            tool,
            new ToolCall(run.Tenant, run.RunId, request.Id, arguments, key, state.Start!.Depth) { Model = state.Start.ModelOverride },
            new ToolRequested(request.Id, tool.Name, ToolEffects.Of(tool, arguments), key, call.Attempts + 1),
            null);
    }

    /// <param name="limits">What a child run may use.</param>
    /// <returns>The answer, or null when the call was interrupted.</returns>
    public async Task<ToolResponded?> CallAsync(PreparedCall prepared, RunLimits? limits, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        try
        {
            var result = await invoker.InvokeAsync(prepared.Tool!, prepared.Call! with { Limits = limits }, cancellationToken);
            var elapsed = (long)time.GetElapsedTime(begin).TotalMilliseconds;
            return new ToolResponded(prepared.Call!.CallId, prepared.Tool!.Name, result.IsError, result.Refused, elapsed, result.Child)
            {
                Body = new ToolOutput(result.Content),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The answer to a call that is not made.</summary>
    public static ToolResponded Refuse(CallState call, string why) =>
        new(call.Request.Id, call.Request.Tool, IsError: true, Refused: true, 0) { Body = new ToolOutput(why) };

    private static PreparedCall Refused(CallState call, string why) => new(null, null, null, Refuse(call, why));
}
