using System.Text.Json;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Tests.Models.Offline;

/// <summary>Which tools the offline model calls, and with what.</summary>
public sealed class OfflineChoiceTests
{
    private static readonly AIFunctionDeclaration[] Tools =
    [
        Tool("get_weather", "The weather of a city.", """{"city":{"type":"string"},"unit":{"enum":["celsius","fahrenheit"]}}""", "city"),
        Tool("calculator", "Evaluates an arithmetic expression.", """{"expression":{"type":"string"}}""", "expression"),
        Tool("lookup_order", "Finds an order by its number.", """{"order_id":{"type":"string"}}""", "order_id"),
        Tool(
            "convert_currency", "Converts an amount of money.",
            """{"amount":{"type":"number"},"from_currency":{"type":"string"},"to_currency":{"type":"string"}}""",
            "amount", "from_currency", "to_currency"),
        Tool("search_web", "Searches the web.", """{"query":{"type":"string"},"limit":{"type":"integer","maximum":20}}""", "query"),
        Tool("translate", "Puts text into a language.", """{"text":{"type":"string"},"language":{"type":"string"}}""", "text", "language"),
        Tool("http_request", "Fetches an address.", """{"url":{"type":"string","format":"uri"},"method":{"enum":["GET","POST"]}}""", "url"),
        Tool("average", "Average of a list of numbers.", """{"numbers":{"type":"array","items":{"type":"number"}}}""", "numbers"),
        Tool(
            "send_email", "Sends a mail.",
            """{"email":{"type":"string"},"subject":{"type":"string"},"urgent":{"type":"boolean"}}""", "email", "subject"),
        Tool("current_time", "The current date and time.", "{}"),
    ];

    [Theory]
    [InlineData("What is the weather in Paris?", """get_weather {"city":"Paris"}""")]
    [InlineData("weather in paris please", """get_weather {"city":"paris"}""")]
    [InlineData("How is the weather in Rio de Janeiro in fahrenheit?", """get_weather {"city":"Rio de Janeiro","unit":"fahrenheit"}""")]
    [InlineData("What is 12 * (3 + 4)?", """calculator {"expression":"12 * (3 + 4)"}""")]
    [InlineData("what is 12 times 7 plus 1", """calculator {"expression":"12 * 7 + 1"}""")]
    [InlineData("How much is 15% of 80?", """calculator {"expression":"15 / 100 * 80"}""")]
    [InlineData("Where is my order ORD-1234?", """lookup_order {"order_id":"ORD-1234"}""")]
    [InlineData("status of order 77", """lookup_order {"order_id":"77"}""")]
    [InlineData("Convert 100 USD to EUR", """convert_currency {"amount":100,"from_currency":"USD","to_currency":"EUR"}""")]
    [InlineData("Convert 1,250.50 to EUR from USD", """convert_currency {"amount":1250.50,"from_currency":"USD","to_currency":"EUR"}""")]
    [InlineData("Search the web for rock and roll", """search_web {"query":"rock and roll"}""")]
    [InlineData("Search for \"blue whales\" with limit 5", """search_web {"query":"blue whales","limit":5}""")]
    [InlineData("Translate good morning to French", """translate {"text":"good morning","language":"French"}""")]
    [InlineData("Fetch https://example.com/a?b=1.", """http_request {"url":"https://example.com/a?b=1"}""")]
    [InlineData("What is the average of 3, 4.5 and -2?", """average {"numbers":[3,4.5,-2]}""")]
    [InlineData(
        "Send an email to ann@example.com with the subject 'See you', urgent",
        """send_email {"email":"ann@example.com","subject":"See you","urgent":true}""")]
    [InlineData("What time is it now?", """current_time {}""")]
    public async Task One_request_becomes_one_call(string message, string call) => Assert.Equal([call], await CallsAsync(message));

    [Theory]
    [InlineData("What is the weather in Paris and in Rome?", """get_weather {"city":"Paris"}""", """get_weather {"city":"Rome"}""")]
    [InlineData(
        "Weather in Paris, Rome and Bonn",
        """get_weather {"city":"Paris"}""", """get_weather {"city":"Rome"}""", """get_weather {"city":"Bonn"}""")]
    [InlineData(
        "What is the weather in Paris and how much is 3 * 4?",
        """get_weather {"city":"Paris"}""", """calculator {"expression":"3 * 4"}""")]
    [InlineData("Hello! Please find order A77. And what time is it?", """lookup_order {"order_id":"A77"}""", """current_time {}""")]
    public async Task Several_requests_become_several_calls(string message, params string[] calls) =>
        Assert.Equal(calls, await CallsAsync(message));

    [Theory]
    [InlineData("Hello, how are you?")]
    [InlineData("Thank you very much!")]
    [InlineData("")]
    [InlineData("???")]
    public async Task Words_that_fit_no_tool_call_none(string message) => Assert.Empty(await CallsAsync(message));

    [Fact]
    public async Task A_word_that_means_an_operation_finds_the_tool_named_after_it()
    {
        AIFunctionDeclaration[] tools =
        [
            Tool("add", "", """{"a":{"type":"number"},"b":{"type":"number"}}""", "a", "b"),
            Tool("multiply", "", """{"a":{"type":"number"},"b":{"type":"number"}}""", "a", "b"),
        ];
        Assert.Equal(["""multiply {"a":6,"b":7}"""], await CallsAsync("What is 6 times 7?", tools));
        Assert.Equal(["""add {"a":6,"b":7}"""], await CallsAsync("6 + 7", tools));
        Assert.Equal(["""multiply {"a":3,"b":4}"""], await CallsAsync("Multiply 3 and 4", tools));
    }

    [Fact]
    public async Task References_nested_objects_and_defaults_of_a_schema_are_followed()
    {
        const string Schema = """
            {"type":"object",
             "properties":{"guest":{"$ref":"#/$defs/Guest"},"people":{"anyOf":[{"type":"null"},{"type":"integer"}]},
                           "area":{"type":"string","default":"inside"}},
             "required":["guest","people","area"],
             "$defs":{"Guest":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}}}
            """;
        var tool = AIFunctionFactory.CreateDeclaration("book_table", "Books a table.", JsonDocument.Parse(Schema).RootElement);
        Assert.Equal(
            ["""book_table {"guest":{"name":"Ada Lovelace"},"people":4,"area":"inside"}"""],
            await CallsAsync("Book a table for Ada Lovelace, 4 people", [tool]));
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/properties/a"}},"required":["a"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""")]
    [InlineData("true")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"(?=x)["}},"required":["a"]}""")]
    public async Task A_strange_schema_is_survived(string schema)
    {
        var tool = AIFunctionFactory.CreateDeclaration("weather", "", JsonDocument.Parse(schema).RootElement);
        Assert.Single(await CallsAsync("weather for Anna", [tool]));
    }

    [Fact]
    public async Task A_very_long_message_is_answered_quickly()
    {
        var message = string.Concat(Enumerable.Repeat("What is the weather in Paris and 3 * 4, \"x' ((1+2 ", 20_000));
        Assert.True((await CallsAsync(message)).Count is > 0 and <= 8);
    }

    [Fact]
    public async Task What_was_called_before_is_meant_again()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "What is the weather in Paris?"),
            new(ChatRole.Assistant, [new FunctionCallContent("call_1", "get_weather")]),
            new(ChatRole.Tool, [new FunctionResultContent("call_1", "21 C")]),
            new(ChatRole.Assistant, "21 C"),
            new(ChatRole.User, "And in Rome?"),
        ];
        Assert.Equal(["""get_weather {"city":"Rome"}"""], await CallsAsync(messages, Tools));
    }

    internal static AIFunctionDeclaration Tool(string name, string description, string properties, params string[] required) =>
        AIFunctionFactory.CreateDeclaration(name, description, JsonDocument.Parse(
            $$"""{"type":"object","properties":{{properties}},"required":{{JsonSerializer.Serialize(required)}}}""").RootElement);

    private static Task<List<string>> CallsAsync(string message, AIFunctionDeclaration[]? tools = null) =>
        CallsAsync([new ChatMessage(ChatRole.User, message)], tools ?? Tools);

    private static async Task<List<string>> CallsAsync(ChatMessage[] messages, AIFunctionDeclaration[] tools)
    {
        using var client = new OfflineProvider().CreateClient("offline", null);
        var answer = await client.GetResponseAsync(messages, new ChatOptions { Tools = [.. tools] }, TestContext.Current.CancellationToken);
        return
        [
            .. answer.Messages[0].Contents.OfType<FunctionCallContent>()
                .Select(c => $"{c.Name} {JsonSerializer.Serialize(c.Arguments, Wire.Options)}"),
        ];
    }
}
