using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentFactory.Engines.OpenAI;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Tests.Models;

public sealed class OpenAIFailuresTests
{
    private const string Secret = "sk-1234567890abcdef";
    private const string Prompt = "my private question";
    private const string Piece =
        """data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"finish_reason":null,"""
        + "\"delta\":" + """{"role":"assistant","content":"Hal"}}]}""" + "\n\n";

    private static readonly Lazy<HttpClient> Http = new(OpenAIProvider.CreateHttpClient);
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, Prompt)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, "invalid_request_error", "unsupported_value", "did not accept")]
    [InlineData(401, "invalid_request_error", "invalid_api_key", "agent-factory secret set OPENAI_API_KEY")]
    [InlineData(403, "permission_error", "forbidden", "refused the key")]
    [InlineData(404, "invalid_request_error", "model_not_found", "has no model 'm-1'")]
    [InlineData(429, "requests", "rate_limit_exceeded", "Try again later")]
    [InlineData(429, "insufficient_quota", "insufficient_quota", "no credit is left")]
    [InlineData(500, "server_error", "internal", "Try again later")]
    [InlineData(503, "server_error", "overloaded", "Try again later")]
    public async Task A_refusal_says_status_kind_and_next_step_and_repeats_neither_key_nor_prompt(
        int status, string type, string code, string says)
    {
        foreach (var failure in await BothWaysAsync(u => u.Json(Error($"Bad key {Secret} for: {Prompt}", type, code, "null"), status)))
        {
            Assert.Equal("provider_failed", failure.Code.Code);
            Assert.Contains(status.ToString(System.Globalization.CultureInfo.InvariantCulture), failure.Message, StringComparison.Ordinal);
            Assert.Contains(code, failure.Message, StringComparison.Ordinal);
            Assert.Contains(says, failure.Message, StringComparison.Ordinal);
            AssertSilent(failure);
        }
    }

    [Theory]
    [InlineData("the key is sk-1234567890abcdef")]
    [InlineData("sk-1234567890abcdef")]
    [InlineData("My Private Question")]
    public async Task Error_words_that_are_no_identifiers_are_left_out(string word)
    {
        foreach (var failure in await BothWaysAsync(u => u.Json(Error("", word, word, $"\"{word}\""), 400)))
        {
            Assert.DoesNotContain(word, failure.Message, StringComparison.OrdinalIgnoreCase);
            AssertSilent(failure);
        }
    }

    [Fact]
    public async Task The_providers_pause_is_passed_on()
    {
        foreach (var failure in await BothWaysAsync(u => u.Json("{}", 429, "Retry-After: 20\r\n"))) Assert.Equal(20, failure.RetryAfter);
    }

    [Theory]
    [InlineData(500, "<html>Bad gateway</html>")]
    [InlineData(502, "")]
    [InlineData(500, """{"error":"text"}""")]
    [InlineData(500, "[1]")]
    public async Task A_failure_with_any_body_is_a_failure(int status, string body)
    {
        foreach (var failure in await BothWaysAsync(u => u.Json(body, status)))
            Assert.Contains($"failed ({status})", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_are_not_repeated_below_us()
    {
        await using var upstream = new FakeUpstream().Json("{}", 500).Json("{}", 500).Json("{}", 500).Json("{}", 500);
        await WholeAsync(upstream.BaseUrl);
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("<html>Welcome to nginx</html>")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"id":"c","choices":[]}""")]
    [InlineData("""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0}]}""")]
    [InlineData("""{"error":{"message":"no"}}""")]
    [InlineData("""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assis""")]
    public async Task A_body_that_is_no_completion_is_a_failure(string body)
    {
        await using var upstream = new FakeUpstream().Json(body);
        var failure = await WholeAsync(upstream.BaseUrl);
        Assert.Contains("no chat completion", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: <html>\n\n")]
    [InlineData("data: {\"choices\":5}\n\n")]
    [InlineData("data: {\"error\":{\"message\":\"x\"}}\n\ndata: [DONE]\n\n")]
    [InlineData("hello")]
    [InlineData("")]
    public async Task A_stream_that_is_no_completion_is_a_failure(string text)
    {
        await using var upstream = new FakeUpstream().Chunks(text.Length == 0 ? [] : [Encoding.UTF8.GetBytes(text)]);
        var failure = await StreamAsync(upstream.BaseUrl);
        Assert.Equal("provider_failed", failure.Code.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_a_stream_is_a_failure_and_not_an_answer(bool closedProperly)
    {
        await using var upstream = new FakeUpstream().Chunks([Encoding.UTF8.GetBytes(Piece)], closedProperly);
        var failure = await StreamAsync(upstream.BaseUrl);
        Assert.Contains("broke off", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_body_is_a_failure()
    {
        await using var upstream = new FakeUpstream().Bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":");
        var failure = await WholeAsync(upstream.BaseUrl);
        Assert.Contains("broke off", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_names_the_variable_that_holds_the_address()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1");
        listener.Dispose();
        foreach (var failure in new[] { await WholeAsync(url), await StreamAsync(url) })
        {
            Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
            Assert.Contains("OPENAI_BASE_URL", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_provider_that_says_nothing_is_given_up_after_the_timeout()
    {
        foreach (var failure in await BothWaysAsync(u => u.Silence(), TimeSpan.FromMilliseconds(200)))
            Assert.Contains("did not answer within 0.2 seconds", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_not_a_failure()
    {
        await using var upstream = new FakeUpstream().Silence();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = Client(upstream.BaseUrl).GetResponseAsync(Messages, cancellationToken: cancel.Token);
        while (upstream.Requests.IsEmpty) await Task.Delay(5, Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static async Task<AgentFactoryException[]> BothWaysAsync(Func<FakeUpstream, FakeUpstream> script, TimeSpan? timeout = null)
    {
        await using var whole = script(new FakeUpstream());
        await using var streamed = script(new FakeUpstream());
        return [await WholeAsync(whole.BaseUrl, timeout), await StreamAsync(streamed.BaseUrl, timeout)];
    }

    private static Task<AgentFactoryException> WholeAsync(Uri url, TimeSpan? timeout = null) =>
        Assert.ThrowsAsync<AgentFactoryException>(() => Client(url, timeout).GetResponseAsync(Messages, cancellationToken: Token));

    private static async Task<AgentFactoryException> StreamAsync(Uri url, TimeSpan? timeout = null) =>
        await Assert.ThrowsAsync<AgentFactoryException>(async () =>
        {
            await foreach (var _ in Client(url, timeout).GetStreamingResponseAsync(Messages, cancellationToken: Token)) { }
        });

    private static IChatClient Client(Uri url, TimeSpan? timeout = null) =>
        new OpenAIProvider(new OpenAIEndpoint("openai", url, false, "OPENAI_BASE_URL"), Http, timeout).CreateClient("m-1", Secret);

    private static string Error(string message, string type, string code, string param) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","code":"{{{code}}}","param":{{{param}}}}}""";

    private static void AssertSilent(AgentFactoryException failure)
    {
        Assert.DoesNotContain(Secret, failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Prompt, failure.ToString(), StringComparison.Ordinal);
        Assert.Null(failure.InnerException);
    }
}
