using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using AgentFactory.Core.Tests.Tools.Outbound;
using AgentFactory.Core.Tools;
using AgentFactory.Core.Tools.Builtin;
using AgentFactory.Core.Tools.Outbound;
using AgentFactory.Core.Tools.Schemas;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Core.Tests.Tools.Builtin;

/// <summary>The built-in tools as a run calls them: through the invoker, with the arguments a model would send.</summary>
public sealed class BuiltinToolsTests : IDisposable
{
    private readonly OutboundHttp _outbound = new(new OutboundRules { AllowedRanges = [IPNetwork.Parse("127.0.0.0/8")] });
    private readonly BuiltinTools _tools;

    public BuiltinToolsTests() =>
        _tools = new BuiltinTools(_outbound, new FakeTimeProvider(new DateTimeOffset(2026, 7, 1, 22, 30, 0, TimeSpan.Zero)));

    public void Dispose() => _outbound.Dispose();

    [Fact]
    public void Every_definition_is_complete()
    {
        Assert.Equal(["calculator", "current_time", "http_request", "json_extract"], _tools.Definitions.Select(t => t.Name));
        foreach (var tool in _tools.Definitions)
        {
            Assert.Equal(ToolKind.Builtin, tool.Kind);
            Assert.InRange(tool.Description.Length, 20, 1_000);
            Assert.InRange(tool.TimeoutSeconds, 1, 60);
            JsonSchema.Compile(tool.Parameters);
        }
    }

    [Theory]
    [InlineData("""{"expression":"0.1 + 0.2"}""", "0.3", false)]
    [InlineData("""{"expression":"1 +"}""", "The expression can't be evaluated at the end: a number is missing.", true)]
    [InlineData("""{"expr":"1"}""", "/expression: is required", true)]
    public async Task The_calculator_answers(string arguments, string content, bool isError) =>
        await ExpectAsync("calculator", arguments, content, isError);

    [Theory]
    [InlineData("{}", """{"time":"2026-07-01T22:30:00+00:00","timezone":"UTC","weekday":"Wednesday"}""", false)]
    [InlineData("""{"timezone":"Europe/Berlin"}""",
        """{"time":"2026-07-02T00:30:00+02:00","timezone":"Europe/Berlin","weekday":"Thursday"}""", false)]
    [InlineData("""{"timezone":"Asia/Kathmandu"}""", "+05:45", false)]
    [InlineData("""{"timezone":"Mars/Olympus"}""", "There is no time zone 'Mars/Olympus'", true)]
    [InlineData("""{"timezone":"../../etc/passwd"}""", "must match the pattern", true)]
    public async Task The_time_is_told_for_any_zone(string arguments, string content, bool isError) =>
        await ExpectAsync("current_time", arguments, content, isError);

    [Theory]
    [InlineData("/items/1/name", "\"b\"")]
    [InlineData("items[1].name", "\"b\"")]
    [InlineData("$.items[-1].name", "\"b\"")]
    [InlineData("items[*].name", "[\"a\", \"b\"]")]
    [InlineData("items.*.size", "[3]")]
    [InlineData("*[0].size", "[3]")]
    [InlineData("[\"with.dot\"]", "1")]
    [InlineData("['with.dot']", "1")]
    [InlineData("/with.dot", "1")]
    [InlineData("/a~1b", "2")]
    [InlineData("items[0]", """{"name": "a", "size": 3}""")]
    [InlineData("big", "12345678901234567890.10")]
    public async Task A_path_takes_its_part(string path, string content)
    {
        const string document =
            """{"items": [{"name": "a", "size": 3}, {"name": "b"}], "with.dot": 1, "a/b": 2, "big": 12345678901234567890.10}""";
        await ExpectAsync("json_extract", $$"""{"json": {{document}}, "path": {{JsonSerializer.Serialize(path)}} }""", content, false);
        await ExpectAsync("json_extract", JsonSerializer.Serialize(new { json = document, path }), content, false);
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", "c", "There is no 'c' at the top; there are: a, b.")]
    [InlineData("""{"a":[1]}""", "/a/4", "There is no '4' at /a; it is a list of 1.")]
    [InlineData("""{"a":[1]}""", "a[4]", "There is no item 4 at /a; it is a list of 1.")]
    [InlineData("""{"a":1}""", "a.b", "There is no 'b' at /a; it is a single value.")]
    [InlineData("{}", "a[", "a number, * or a name in quotes is missing at position 3")]
    [InlineData("{}", "a..b", "a name is missing at position 3")]
    [InlineData("{}", "a[0", "a number, * or a name in quotes is missing at position 3")]
    [InlineData("{}", "['a", "a closing quote is missing at position 4")]
    [InlineData("{}", "['a'", "a closing bracket is missing at position 5")]
    [InlineData("{}", "[0]x", "a dot or a bracket is missing at position 4")]
    public async Task A_path_that_leads_nowhere_says_where_it_ended(string document, string path, string content) =>
        await ExpectAsync("json_extract", $$"""{"json": {{document}}, "path": {{JsonSerializer.Serialize(path)}} }""", content, true);

    [Fact]
    public async Task Text_that_is_not_json_says_where() =>
        await ExpectAsync("json_extract", """{"json":"{\"a\":\n oops}","path":""}""", "The text is not JSON: line 2, byte 2.", true);

    [Fact]
    public async Task A_request_returns_status_headers_and_text()
    {
        const string headers = "Content-Type: application/json; charset=utf-8\r\nSet-Cookie: s=1\r\n";
        using var server = new LoopbackServer(_ => LoopbackServer.Ok("{\"a\":\"ü\"}", headers));
        var result = await CallAsync(
            "http_request", $$"""{"url":"http://127.0.0.1:{{server.Port}}/x?y=1","headers":{"Accept":"application/json"} }""");
        Assert.False(result.IsError);
        Assert.StartsWith("HTTP 200 OK\n", result.Content, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", result.Content, StringComparison.Ordinal);
        Assert.EndsWith("\n\n{\"a\":\"ü\"}", result.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", result.Content, StringComparison.OrdinalIgnoreCase);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("GET /x?y=1 HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("User-Agent: agent-factory", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Idempotency-Key", request, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_changes_something_carries_the_idempotency_key()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Answer("422 No", "why", "Content-Type: text/plain\r\n"));
        var result = await CallAsync("http_request", $$"""{"method":"POST","url":"http://127.0.0.1:{{server.Port}}/","body":{"a":1} }""");
        Assert.True(result.IsError);
        Assert.StartsWith("HTTP 422", result.Content, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key: the-key", server.Requests[0], StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/json", server.Requests[0], StringComparison.Ordinal);
        Assert.EndsWith("{\"a\":1}", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_answers_are_not_returned()
    {
        using var server = new LoopbackServer(request => LoopbackServer.Ok(
            "\0\u0001", request.Contains("/typed", StringComparison.Ordinal) ? "Content-Type: image/png\r\n" : ""));
        var typed = await GetAsync(server, "/typed");
        Assert.EndsWith("[binary content of type image/png, not shown]", typed.Content, StringComparison.Ordinal);
        var bare = await GetAsync(server, "/bare");
        Assert.EndsWith("[binary content without a type, not shown]", bare.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_answers_are_cut_after_decompression()
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 200; i++) await zip.WriteAsync(new byte[1 << 20], TestContext.Current.CancellationToken);
        }
        var head = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
            + $"Content-Length: {packed.Length}\r\nConnection: close\r\n\r\n");
        using var server = new LoopbackServer(_ => [.. head, .. packed.ToArray()]);
        var result = await GetAsync(server, "/");
        Assert.EndsWith("[cut: the first 200000 bytes]", result.Content, StringComparison.Ordinal);
        Assert.InRange(result.Content.Length, 200_000, 200_500);
    }

    [Theory]
    [InlineData("""{"url":"http://10.0.0.1/"}""", "'10.0.0.1' was not contacted")]
    [InlineData("""{"url":"ftp://example.com/"}""", "Only http and https")]
    [InlineData("""{"url":"example.com/path"}""", "not a full address")]
    [InlineData("""{"url":"http://u:p@127.0.0.1/"}""", "user name or password")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"Host":"x"}}""", "The header Host is set by the connection")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"X-A":"a\r\nX-B: b"}}""", "line break or another control character")]
    [InlineData("""{"url":"http://127.0.0.1/","headers":{"X A":"a"}}""", "has a name that is not allowed")]
    [InlineData("""{"url":"http://127.0.0.1/","method":"TRACE"}""", "/method: must be one of")]
    [InlineData("""{"url":"http://127.0.0.1/","body":"x"}""", "A GET request has no body")]
    public async Task Requests_that_are_not_made_say_why(string arguments, string content) =>
        await ExpectAsync("http_request", arguments, content, true);

    [Fact]
    public async Task A_refused_connection_is_told_in_words()
    {
        int port;
        using (var server = new LoopbackServer(_ => "")) port = server.Port;
        var result = await CallAsync("http_request", $$"""{"url":"http://127.0.0.1:{{port}}/"}""");
        Assert.Equal(new ToolResult("The request to 127.0.0.1 failed: the connection was refused.", IsError: true), result);
    }

    private Task<ToolResult> GetAsync(LoopbackServer server, string path) =>
        CallAsync("http_request", $$"""{"url":"http://127.0.0.1:{{server.Port}}{{path}}"}""");

    private async Task ExpectAsync(string tool, string arguments, string content, bool isError)
    {
        var result = await CallAsync(tool, arguments);
        Assert.Equal(isError, result.IsError);
        if (isError || content.StartsWith('+')) Assert.Contains(content, result.Content, StringComparison.Ordinal);
        else Assert.Equal(content, result.Content);
    }

    private Task<ToolResult> CallAsync(string name, string arguments)
    {
        var tool = _tools.Definitions.Single(t => t.Name == name);
        var call = new ToolCall(new TenantId(Guid.Empty), Guid.Empty, "call_1", JsonDocument.Parse(arguments).RootElement, "the-key");
        return new ToolInvoker([_tools]).InvokeAsync(tool, call, TestContext.Current.CancellationToken);
    }
}
