using System.Text;
using System.Text.Json;
using AgentFactory.Engines.OpenAI;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Tests.Models;

public sealed class OpenAIProviderTests
{
    private const string Usage =
        """
        ,"usage":{"prompt_tokens":12,"completion_tokens":5,"total_tokens":17,
        "prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":3}}
        """;

    private static readonly string Whole = Completion("""{"role":"assistant","content":"Grüße, 世界 🌍"}""", "stop", Usage);

    private static readonly Lazy<HttpClient> Http = new(OpenAIProvider.CreateHttpClient);
    private static readonly ChatMessage[] Hello = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_has_its_text_finish_and_usage()
    {
        await using var upstream = new FakeUpstream().Json(Whole);
        var answer = await Client(upstream).GetResponseAsync(Hello, cancellationToken: Token);
        Assert.Equal("Grüße, 世界 🌍", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal("c1", answer.ResponseId);
        Assert.Equal((12, 5), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount));
        Assert.Equal((8, 3), (answer.Usage.CachedInputTokenCount, answer.Usage.ReasoningTokenCount));
    }

    [Fact]
    public async Task The_request_has_the_model_the_key_the_messages_and_the_tools_with_their_schema_as_written()
    {
        await using var upstream = new FakeUpstream().Json(Whole);
        const string Schema = """{"type":"object","properties":{"city":{"$ref":"#/$defs/City"}},"$defs":{"City":{"type":"string"}}}""";
        var options = new ChatOptions
        {
            Tools = [Tool("weather", Schema)],
            ToolMode = ChatToolMode.RequireSpecific("weather"),
            Temperature = 0.5f,
            MaxOutputTokens = 99,
        };
        await Client(upstream).GetResponseAsync(Hello, options, Token);
        var (head, body) = Assert.Single(upstream.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer sk-secret", head, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", head, StringComparison.OrdinalIgnoreCase);
        var sent = JsonDocument.Parse(body).RootElement;
        Assert.Equal("m-1", sent.GetProperty("model").GetString());
        Assert.Equal(2, sent.GetProperty("messages").GetArrayLength());
        Assert.Equal(Schema, sent.GetProperty("tools")[0].GetProperty("function").GetProperty("parameters").GetRawText());
        Assert.Equal("weather", sent.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
        Assert.Equal(99, sent.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(0.5, sent.GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task Without_a_key_no_authorization_is_sent()
    {
        await using var upstream = new FakeUpstream().Json(Whole);
        await Client(upstream, key: null).GetResponseAsync(Hello, cancellationToken: Token);
        Assert.DoesNotContain("authorization", upstream.Requests.Single().Head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Calls_and_their_results_go_back_as_the_provider_wants_them()
    {
        await using var upstream = new FakeUpstream().Json(Whole);
        ChatMessage[] messages =
        [
            .. Hello,
            new(ChatRole.Assistant, [new FunctionCallContent("a1", "weather", new Dictionary<string, object?> { ["city"] = "Rome" })]),
            new(ChatRole.Tool, [new FunctionResultContent("a1", "21 C")]),
        ];
        await Client(upstream).GetResponseAsync(messages, new ChatOptions { Tools = [Tool("weather")] }, Token);
        var sent = JsonDocument.Parse(upstream.Requests.Single().Body).RootElement.GetProperty("messages");
        var arguments = sent[2].GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString();
        Assert.Equal("Rome", JsonDocument.Parse(arguments!).RootElement.GetProperty("city").GetString());
        Assert.Equal("a1", sent[3].GetProperty("tool_call_id").GetString());
    }

    [Fact]
    public async Task Connections_are_shared_by_all_clients()
    {
        await using var upstream = new FakeUpstream().Json(Whole).Json(Whole).Json(Whole);
        for (var i = 0; i < 3; i++) await Client(upstream).GetResponseAsync(Hello, cancellationToken: Token);
        Assert.Equal(1, upstream.Connections);
    }

    [Fact]
    public async Task A_stream_asks_for_usage_and_yields_text_as_it_comes()
    {
        await using var upstream = new FakeUpstream().Events(
            Delta("""{"role":"assistant","content":""}"""), Delta("""{"content":"Hel"}"""), Delta("""{"content":"lo"}"""),
            Delta("{}", "stop"), Chunk("", ""","usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}"""), "[DONE]");
        var updates = await Client(upstream).GetStreamingResponseAsync(Hello, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal(["Hel", "lo"], updates.Select(u => u.Text).Where(t => t.Length > 0));
        var answer = updates.ToChatResponse();
        Assert.Equal((ChatFinishReason.Stop, 7, 2), (answer.FinishReason, answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount));
        var sent = JsonDocument.Parse(upstream.Requests.Single().Body).RootElement;
        Assert.True(sent.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task Characters_cut_between_packets_arrive_whole()
    {
        var text = Delta("""{"role":"assistant","content":"é世🌍"}""");
        var bytes = Encoding.UTF8.GetBytes($"data: {text}\n\ndata: {Delta("{}", "stop")}\n\ndata: [DONE]\n\n");
        await using var upstream = new FakeUpstream().Chunks([.. bytes.Select(b => new[] { b })]);
        var updates = await Client(upstream).GetStreamingResponseAsync(Hello, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal("é世🌍", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task Parallel_calls_streamed_in_pieces_are_put_together()
    {
        await using var upstream = new FakeUpstream().Events(
            Delta("""{"role":"assistant","content":null}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":""}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"ci"}}]}"""),
            Delta("""{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"clock","arguments":"{}"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"ty\":\"Rome\"}"}}]}"""),
            Delta("{}", "tool_calls"), "[DONE]");
        var updates = await Client(upstream).GetStreamingResponseAsync(Hello, Tools(), Token).ToListAsync(Token);
        var answer = updates.ToChatResponse();
        var calls = answer.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal([("a", "weather"), ("b", "clock")], calls.Select(c => (c.CallId, c.Name)));
        Assert.Equal("Rome", calls[0].Arguments!["city"]!.ToString());
        Assert.Empty(calls[1].Arguments!);
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
    }

    [Theory]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task The_reason_an_answer_is_cut_short_is_kept(string reason)
    {
        await using var upstream = new FakeUpstream().Json(Whole.Replace("\"stop\"", $"\"{reason}\"", StringComparison.Ordinal)).Events(
            Delta("""{"role":"assistant","content":"Hal"}"""), Delta("{}", reason), "[DONE]");
        Assert.Equal(reason, (await Client(upstream).GetResponseAsync(Hello, cancellationToken: Token)).FinishReason!.Value.Value);
        var updates = await Client(upstream).GetStreamingResponseAsync(Hello, cancellationToken: Token).ToListAsync(Token);
        Assert.Equal(reason, updates.ToChatResponse().FinishReason!.Value.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Broken_arguments_of_a_call_are_marked_and_not_thrown(bool stream)
    {
        const string Call = """[{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\": Rome"}}]""";
        await using var upstream = new FakeUpstream();
        _ = stream
            ? upstream.Events(Delta($$"""{"role":"assistant","tool_calls":{{Call}}}"""), Delta("{}", "tool_calls"), "[DONE]")
            : upstream.Json(Completion($$"""{"role":"assistant","content":null,"tool_calls":{{Call}}}""", "tool_calls"));
        var answer = stream
            ? (await Client(upstream).GetStreamingResponseAsync(Hello, Tools(), Token).ToListAsync(Token)).ToChatResponse()
            : await Client(upstream).GetResponseAsync(Hello, Tools(), Token);
        var call = Assert.Single(answer.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        Assert.Equal("weather", call.Name);
        Assert.NotNull(call.Exception);
    }

    [Fact]
    public async Task An_answer_without_usage_is_an_answer()
    {
        await using var upstream = new FakeUpstream().Json(Completion("""{"role":"assistant","content":"ok"}""", "stop"));
        var answer = await Client(upstream).GetResponseAsync(Hello, cancellationToken: Token);
        Assert.Equal("ok", answer.Text);
        Assert.Null(answer.Usage);
    }

    private static IChatClient Client(FakeUpstream upstream, string? key = "sk-secret") =>
        new OpenAIProvider(new OpenAIEndpoint("openai", upstream.BaseUrl, false, "OPENAI_BASE_URL"), Http).CreateClient("m-1", key);

    private static ChatOptions Tools() => new() { Tools = [Tool("weather"), Tool("clock")] };

    private static AIFunctionDeclaration Tool(string name, string schema = """{"type":"object"}""") =>
        AIFunctionFactory.CreateDeclaration(name, "About " + name, JsonDocument.Parse(schema).RootElement);

    private static string Completion(string message, string finish, string more = "") =>
        Body("chat.completion", Choice("message", message, finish), more);

    private static string Delta(string delta, string? finish = null) => Chunk(Choice("delta", delta, finish));

    private static string Chunk(string choices, string more = "") => Body("chat.completion.chunk", choices, more);

    private static string Body(string kind, string choices, string more) =>
        $$"""{"id":"c1","object":"{{kind}}","created":1,"model":"m","choices":[{{choices}}]{{more}}}""";

    private static string Choice(string member, string content, string? finish) =>
        $$"""{"index":0,"{{member}}":{{content}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}""";
}
