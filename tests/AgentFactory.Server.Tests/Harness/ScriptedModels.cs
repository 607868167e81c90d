using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>
/// Models whose answers a test decides: <c>script/NAME</c> answers as <c>On</c> says.
/// </summary>
internal sealed class ScriptedModels : IModelProvider, IModelCatalog
{
    private readonly ConcurrentDictionary<string, Func<ScriptedCall, CancellationToken, Task<ScriptedAnswer>>> _scripts = new();

    /// <summary>Every call that was made, in order.</summary>
    public ConcurrentQueue<ScriptedCall> Calls { get; } = new();

    public string Name => "script";
    public bool NeedsKey => false;
    public string? KeyName => null;
    public IReadOnlyList<string> Models => [];

    public void On(string model, Func<ScriptedCall, ScriptedAnswer> answer) => On(model, (call, _) => Task.FromResult(answer(call)));

    public void On(string model, Func<ScriptedCall, CancellationToken, Task<ScriptedAnswer>> answer) => _scripts[model] = answer;

    public IChatClient CreateClient(string model, string? apiKey) => new Client(this, model);

    ValueTask<ResolvedModel> IModelCatalog.ResolveAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
        ModelName.TryParse(name, out var parsed)
            ? ValueTask.FromResult(new ResolvedModel(parsed, CreateClient(parsed.Model, null)))
            : throw new AgentFactoryException(ErrorCodes.ModelUnknown, $"There is no model '{name}'.");

    private async Task<ScriptedAnswer> AnswerAsync(
        string model, IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var call = new ScriptedCall(model, [.. messages], options);
        Calls.Enqueue(call);
        return await _scripts[model](call, cancellationToken);
    }

    private sealed class Client(ScriptedModels models, string model) : IChatClient
    {
        public async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken)) updates.Add(update);
            return updates.ToChatResponse();
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var answer = await models.AnswerAsync(model, messages, options, cancellationToken);
            foreach (var piece in answer.Text.Split(' ').Select((word, i) => i == 0 ? word : " " + word).Where(p => p.Length > 0))
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, piece);
                if (answer.AfterPiece is { } pause) await pause(cancellationToken);
            }
            yield return new ChatResponseUpdate(ChatRole.Assistant, [.. answer.Contents()])
            {
                FinishReason = answer.Calls.Count > 0 ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
            };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}

internal sealed record ScriptedCall(string Model, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>Results of tools since the last word of the user.</summary>
    public IReadOnlyList<string> Results =>
    [
        .. Messages.Reverse().TakeWhile(m => m.Role != ChatRole.User).Reverse()
            .SelectMany(m => m.Contents).OfType<FunctionResultContent>().Select(r => r.Result?.ToString() ?? ""),
    ];

    public IReadOnlyList<string> Tools => [.. (Options?.Tools ?? []).Select(t => t.Name)];
}

internal sealed record ScriptedAnswer(string Text)
{
    public IReadOnlyList<(string Tool, string Arguments)> Calls { get; init; } = [];

    /// <summary>What the answer costs; null when the provider does not say.</summary>
    public UsageDetails? Usage { get; init; } = new() { InputTokenCount = 10, OutputTokenCount = 5 };

    /// <summary>Awaited after each word of a streamed text.</summary>
    public Func<CancellationToken, Task>? AfterPiece { get; init; }

    public static ScriptedAnswer Call(params (string Tool, string Arguments)[] calls) => new("") { Calls = calls };

    public IEnumerable<AIContent> Contents()
    {
        foreach (var (i, call) in Calls.Index())
            yield return FunctionCallContent.CreateFromParsedArguments(
                call.Arguments, $"call_{i}", call.Tool, text => JsonSerializer.Deserialize<Dictionary<string, object?>>(text)!);
        if (Usage is not null) yield return new UsageContent(Usage);
    }
}
