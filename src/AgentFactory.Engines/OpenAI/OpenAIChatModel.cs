using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace AgentFactory.Engines.OpenAI;

/// <summary>
/// The library's client, with two things changed: tools are translated once instead of at every call, with their schema as it was
/// written, and whatever goes wrong comes out as a failure that says what to do.
/// </summary>
internal sealed class OpenAIChatModel(IChatClient inner, OpenAIFailures failures) : DelegatingChatClient(inner)
{
    private static readonly ConditionalWeakTable<AIFunctionDeclaration, ChatTool> Translated = [];

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.GetResponseAsync(messages, WithTools(options), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.Of(e);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var stream = base.GetStreamingResponseAsync(messages, WithTools(options), cancellationToken);
        await using var updates = stream.GetAsyncEnumerator(cancellationToken);
        var finished = false;
        while (await NextAsync(updates, cancellationToken))
        {
            finished |= updates.Current.FinishReason is not null;
            yield return updates.Current;
        }
        // A stream that stops without saying why was cut: a proxy closed it, or the provider died.
        if (!finished) throw failures.CutOff();
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw failures.Of(e);
        }
    }

    private static ChatOptions? WithTools(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 } tools || !tools.All(t => t is AIFunctionDeclaration)) return options;
        var own = options.Clone();
        own.Tools = null;
        own.ToolMode = null;
        own.RawRepresentationFactory = _ =>
        {
            var raw = new ChatCompletionOptions { ToolChoice = Choice(options.ToolMode) };
            foreach (var tool in tools) raw.Tools.Add(Translated.GetValue((AIFunctionDeclaration)tool, Translate));
            return raw;
        };
        return own;
    }

    private static ChatTool Translate(AIFunctionDeclaration tool) =>
        ChatTool.CreateFunctionTool(tool.Name, tool.Description, BinaryData.FromString(tool.JsonSchema.GetRawText()));

    private static ChatToolChoice? Choice(ChatToolMode? mode) => mode switch
    {
        NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
        RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
        RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
        _ => null,
    };
}
