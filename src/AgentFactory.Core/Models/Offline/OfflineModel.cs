using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Models.Offline;

/// <summary>
/// The scripted client behind <c>demo/offline</c>. For each message of the user it calls tools once, then answers with what they said,
/// so it never goes round; a hand-off passes the message on, each at most once.
/// </summary>
/// <remarks>Stateless and thread-safe. Four characters count as one token.</remarks>
internal sealed class OfflineModel : IChatClient
{
    private const int CharactersPerToken = 4;
    private const int MostHandOffs = 3;
    private static readonly ChatClientMetadata Metadata = new("demo", null, "offline");

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Answer([.. messages], options));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var piece in response.Messages[0].Contents.SelectMany(Pieces))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, [piece]) { ModelId = response.ModelId };
        }
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(response.Usage!)])
        {
            FinishReason = response.FinishReason,
            ModelId = response.ModelId,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? Metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // Holds nothing.
    }

    private static ChatResponse Answer(List<ChatMessage> messages, ChatOptions? options)
    {
        var asked = messages.FindLastIndex(m => m.Role == ChatRole.User);
        var question = asked < 0 ? "" : messages[asked].Text;
        var round = messages.Skip(asked + 1).ToList();
        var tools = (options?.Tools ?? []).OfType<AIFunctionDeclaration>().Select(t => new OfflineTool(t)).ToList();
        var names = Names(messages);
        var results = Results(round, names);
        var calls = Calls(new OfflineText(question), tools, round, results, options?.ToolMode, Last(messages, asked));
        if (calls.Count > 0)
        {
            var contents = calls.Select((c, i) => new FunctionCallContent($"call_{names.Count + i + 1}", c.Tool.Name, Arguments(c)));
            return Response(messages, options, [.. contents], ChatFinishReason.ToolCalls);
        }
        var said = OfflineAnswers.Sentence(results, tools, question);
        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema })
            said = OfflineAnswers.Json(schema, results, new OfflineText(question), said);
        var most = (options?.MaxOutputTokens ?? int.MaxValue / CharactersPerToken) * (long)CharactersPerToken;
        return said.Length <= most
            ? Response(messages, options, [new TextContent(said)], ChatFinishReason.Stop)
            : Response(messages, options, [new TextContent(said[..(int)most])], ChatFinishReason.Length);
    }

    private static List<OfflineCall> Calls(
        OfflineText question, List<OfflineTool> tools, List<ChatMessage> round, List<OfflineResult> results, ChatToolMode? mode,
        string? last)
    {
        var handedOver = round.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Select(c => c.Name).ToHashSet();
        if (tools.Count == 0 || mode is NoneChatToolMode || results.Count > 0 || handedOver.Count >= MostHandOffs) return [];
        var choice = new OfflineChoice(tools.FindAll(t => !handedOver.Contains(t.Name)));
        if (mode is RequiredChatToolMode { RequiredFunctionName: { } name }) return choice.Forced(question, name);
        var calls = choice.Of(question, last);
        return calls.Count == 0 && mode is RequiredChatToolMode ? choice.Forced(question, null) : calls;
    }

    /// <summary>The calls of the conversation by id; a result only names its call's id.</summary>
    private static Dictionary<string, string> Names(List<ChatMessage> messages)
    {
        var names = new Dictionary<string, string>();
        foreach (var call in messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()) names[call.CallId] = call.Name;
        return names;
    }

    /// <summary>What tools answered in this round; that a hand-off was followed is no answer.</summary>
    private static List<OfflineResult> Results(List<ChatMessage> round, Dictionary<string, string> names) =>
    [
        .. round.SelectMany(m => m.Contents).OfType<FunctionResultContent>()
            .Select(r => new OfflineResult(names.GetValueOrDefault(r.CallId, "A tool"), Text(r.Result), r.Exception is not null))
            .Where(r => !r.Tool.StartsWith("transfer_to_", StringComparison.Ordinal)),
    ];

    private static string? Last(List<ChatMessage> messages, int asked) =>
        messages.Take(Math.Max(asked, 0)).SelectMany(m => m.Contents).OfType<FunctionCallContent>().LastOrDefault()?.Name;

    private static Dictionary<string, object?> Arguments(OfflineCall call)
    {
        using var document = JsonDocument.Parse(call.Arguments.ToJsonString());
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => (object?)p.Value.Clone());
    }

    private static ChatResponse Response(List<ChatMessage> messages, ChatOptions? options, List<AIContent> said, ChatFinishReason end)
    {
        var tools = (options?.Tools ?? []).OfType<AIFunctionDeclaration>().Sum(Length);
        var usage = new UsageDetails
        {
            InputTokenCount = Tokens(tools + messages.SelectMany(m => m.Contents).Sum(Length)),
            OutputTokenCount = Tokens(said.Sum(Length)),
        };
        usage.TotalTokenCount = usage.InputTokenCount + usage.OutputTokenCount;
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, said)) { FinishReason = end, ModelId = "offline", Usage = usage };
    }

    private static long Tokens(long characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    private static long Length(AIFunctionDeclaration tool) =>
        tool.Name.Length + tool.Description.Length + tool.JsonSchema.GetRawText().Length;

    private static long Length(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        FunctionCallContent call => call.Name.Length + JsonSerializer.Serialize(call.Arguments, AIJsonUtilities.DefaultOptions).Length,
        FunctionResultContent result => Text(result.Result).Length,
        _ => 0,
    };

    private static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        _ => JsonSerializer.Serialize(result, AIJsonUtilities.DefaultOptions),
    };

    /// <summary>A few words at a time, so that a stream looks like one.</summary>
    private static IEnumerable<AIContent> Pieces(AIContent content)
    {
        const int Words = 3;
        if (content is not TextContent { Text: var text }) return [content];
        return text.Split(' ').Chunk(Words).Index()
            .Select(piece => new TextContent((piece.Index > 0 ? " " : "") + string.Join(' ', piece.Item)));
    }
}
