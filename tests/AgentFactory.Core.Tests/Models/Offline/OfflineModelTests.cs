using System.Text.Json;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Tests.Models.Offline;

/// <summary>What the offline model says, and when it stops.</summary>
public sealed class OfflineModelTests
{
    private const string Label = "(This is the offline demo model: no language model was asked.)";

    private static readonly AIFunctionDeclaration Weather =
        OfflineChoiceTests.Tool("get_weather", "Weather of a city.", """{"city":{"type":"string"}}""", "city");

    private static readonly AIFunctionDeclaration Clock = OfflineChoiceTests.Tool("current_time", "The time.", "{}");
    private static readonly AIFunctionDeclaration Billing = OfflineChoiceTests.Tool("transfer_to_billing", "Hand over to billing.", "{}");
    private static readonly AIFunctionDeclaration Sales = OfflineChoiceTests.Tool("transfer_to_sales", "Hand over to sales.", "{}");

    private readonly IChatClient _client = new OfflineProvider().CreateClient("offline", null);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"21 C, clear\"", "get_weather answered: 21 C, clear.")]
    [InlineData("42", "get_weather answered: 42.")]
    [InlineData("""{"temperature":21,"sky":"clear"}""", "get_weather answered: temperature: 21, sky: clear.")]
    [InlineData("""["sun","rain"]""", "get_weather answered: sun, rain.")]
    [InlineData("""{"days":[{"sky":"clear"}]}""", """get_weather answered: {"days":[{"sky":"clear"}]}""")]
    [InlineData("It is warm!", "get_weather answered: It is warm!")]
    [InlineData("", "get_weather answered: (nothing)")]
    public async Task After_the_results_it_answers_with_them_and_says_what_it_is(string result, string says)
    {
        var answer = await _client.GetResponseAsync(Round("weather in Paris", (Weather, result)), Options(Weather), Token);
        Assert.Equal($"{says}\n\n{Label}", answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task Every_result_of_the_round_is_in_the_answer()
    {
        var messages = Round("weather and time", (Weather, "21 C"), (Clock, "12:00"));
        var answer = await _client.GetResponseAsync(messages, Options(Weather, Clock), Token);
        Assert.StartsWith("get_weather answered: 21 C.\ncurrent_time answered: 12:00.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_tool_is_told_and_not_called_again()
    {
        var messages = Round("weather in Paris", (Weather, "Error: no such city"));
        messages[^1].Contents.OfType<FunctionResultContent>().Single().Exception = new InvalidOperationException();
        var answer = await _client.GetResponseAsync(messages, Options(Weather), Token);
        Assert.StartsWith("get_weather failed: Error: no such city.", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tools_it_says_what_it_cannot_do()
    {
        var answer = await _client.GetResponseAsync("What is love?", cancellationToken: Token);
        Assert.Contains("You wrote: \"What is love?\".", answer.Text, StringComparison.Ordinal);
        Assert.EndsWith(Label, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_no_tool_fits_it_names_them()
    {
        var answer = await _client.GetResponseAsync("What is love?", Options(Weather, Clock), Token);
        Assert.Contains("get_weather, current_time", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_choice_is_obeyed()
    {
        var options = Options(Weather, Clock);
        options.ToolMode = ChatToolMode.None;
        Assert.Empty(Calls(await _client.GetResponseAsync("weather in Paris", options, Token)));
        options.ToolMode = ChatToolMode.RequireAny;
        Assert.Single(Calls(await _client.GetResponseAsync("What is love?", options, Token)));
        options.ToolMode = ChatToolMode.RequireSpecific("current_time");
        Assert.Equal("current_time", Assert.Single(Calls(await _client.GetResponseAsync("weather in Paris", options, Token))).Name);
        Assert.Empty(Calls(await _client.GetResponseAsync(Round("weather in Paris", (Clock, "12:00")), options, Token)));
    }

    [Fact]
    public async Task A_request_for_another_agent_is_handed_over_alone()
    {
        var answer = await _client.GetResponseAsync("I have a question about my billing", Options(Weather, Billing, Sales), Token);
        Assert.Equal("transfer_to_billing", Assert.Single(Calls(answer)).Name);
    }

    [Fact]
    public async Task The_agent_that_was_handed_to_calls_its_own_tools_and_hands_back_to_nobody()
    {
        var messages = Round("billing: the weather in Paris, please", (Billing, "Handed over."));
        var answer = await _client.GetResponseAsync(messages, Options(Weather, Billing), Token);
        Assert.Equal("get_weather", Assert.Single(Calls(answer)).Name);
    }

    [Fact]
    public async Task Hand_offs_end_even_where_every_agent_fits()
    {
        var agents = Enumerable.Range(0, 10).Select(i => OfflineChoiceTests.Tool($"transfer_to_billing_{i}", "billing", "{}")).ToArray();
        var messages = new List<ChatMessage> { new(ChatRole.User, "billing") };
        var rounds = 0;
        for (; Calls(await _client.GetResponseAsync(messages, Options(agents), Token)) is [var call]; rounds++)
        {
            messages.Add(new ChatMessage(ChatRole.Assistant, [call]));
            messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "Handed over.")]));
        }
        Assert.Equal(3, rounds);
    }

    [Fact]
    public async Task Every_message_of_the_user_gets_a_round_of_its_own_with_new_call_ids()
    {
        var messages = Round("weather in Paris", (Weather, "21 C"));
        messages.Add(new ChatMessage(ChatRole.Assistant, "21 C"));
        messages.Add(new ChatMessage(ChatRole.User, "weather in Rome"));
        Assert.Equal("call_2", Assert.Single(Calls(await _client.GetResponseAsync(messages, Options(Weather), Token))).CallId);
    }

    [Fact]
    public async Task An_output_schema_is_satisfied_with_what_the_tools_returned()
    {
        const string Schema = """
            {"type":"object","properties":{
              "city":{"type":"string"},"temperature":{"type":"number"},"sky":{"enum":["clear","cloudy"]},
              "summary":{"type":"string","maxLength":30},
              "tags":{"type":"array","items":{"type":"string"},"minItems":1},"days":{"type":"integer","minimum":1},"ok":{"type":"boolean"}},
             "required":["city","temperature","sky","summary","tags","days","ok"],"additionalProperties":false}
            """;
        var options = Options(Weather);
        options.ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse(Schema).RootElement);
        var messages = Round("weather in Paris for 3 days", (Weather, """{"city":"Paris","temperature":21.5,"sky":"cloudy"}"""));
        var answer = await _client.GetResponseAsync(messages, options, Token);
        var json = JsonDocument.Parse(answer.Text).RootElement;
        Assert.Equal(("Paris", "cloudy"), (json.GetProperty("city").GetString(), json.GetProperty("sky").GetString()));
        Assert.Equal(21.5, json.GetProperty("temperature").GetDouble());
        Assert.Equal(30, json.GetProperty("summary").GetString()!.Length);
        Assert.Equal(1, json.GetProperty("tags").GetArrayLength());
        Assert.Equal(3, json.GetProperty("days").GetInt32());
        Assert.Equal(JsonValueKind.False, json.GetProperty("ok").ValueKind);
    }

    [Fact]
    public async Task A_stream_has_several_pieces_and_the_same_answer_and_usage()
    {
        var messages = Round("weather in Paris", (Weather, "21 C, clear"));
        var whole = await _client.GetResponseAsync(messages, Options(Weather), Token);
        var updates = await _client.GetStreamingResponseAsync(messages, Options(Weather), Token).ToListAsync(Token);
        Assert.True(updates.Count(u => u.Text.Length > 0) > 3);
        var streamed = updates.ToChatResponse();
        Assert.Equal((whole.Text, whole.FinishReason), (streamed.Text, streamed.FinishReason));
        Assert.Equal(whole.Usage!.TotalTokenCount, streamed.Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task Calls_come_through_a_stream()
    {
        var updates = await _client.GetStreamingResponseAsync("weather in Paris", Options(Weather), Token).ToListAsync(Token);
        Assert.Equal("get_weather", Assert.Single(Calls(updates.ToChatResponse())).Name);
        Assert.Equal(ChatFinishReason.ToolCalls, updates.ToChatResponse().FinishReason);
    }

    [Fact]
    public async Task Four_characters_count_as_a_token()
    {
        var answer = await _client.GetResponseAsync("12345678", cancellationToken: Token);
        Assert.Equal(2, answer.Usage!.InputTokenCount);
        Assert.Equal((answer.Text.Length + 3) / 4, answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task The_limit_on_output_is_kept_and_said()
    {
        var answer = await _client.GetResponseAsync("What is love?", new ChatOptions { MaxOutputTokens = 5 }, Token);
        Assert.Equal((20, ChatFinishReason.Length), (answer.Text.Length, answer.FinishReason));
    }

    [Fact]
    public async Task The_same_conversation_gives_the_same_answer()
    {
        var first = await _client.GetResponseAsync("weather in Paris and the time", Options(Weather, Clock), Token);
        var second = await _client.GetResponseAsync("weather in Paris and the time", Options(Weather, Clock), Token);
        Assert.Equal(Written(first), Written(second));
    }

    private static ChatOptions Options(params AIFunctionDeclaration[] tools) => new() { Tools = [.. tools] };

    private static List<ChatMessage> Round(string message, params (AIFunctionDeclaration Tool, string Result)[] calls) =>
    [
        new(ChatRole.User, message),
        new(ChatRole.Assistant, [.. calls.Select((c, i) => new FunctionCallContent($"c{i}", c.Tool.Name))]),
        new(ChatRole.Tool, [.. calls.Select((c, i) => new FunctionResultContent($"c{i}", c.Result))]),
    ];

    private static string Written(ChatResponse response) => JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions);

    private static List<FunctionCallContent> Calls(ChatResponse response) =>
        [.. response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>()];
}
