using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Http;

/// <summary>What never becomes a request, written to the socket as it stands.</summary>
public sealed class RefusedRequestTests(SharedApp shared) : IClassFixture<SharedApp>
{
    [Theory]
    [InlineData("GET /v1/agents/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /v1/agents/a b HTTP/1.1\r\nHost: x\r\n\r\n", 400)]
    [InlineData("GET /health\r\n\r\n", 400)]
    [InlineData("GET /health HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET /health HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n", 400)]
    [InlineData("GET /health HTTP/1.1\r\nHost: x\r\nX-A : a\r\n\r\n", 400)]
    [InlineData("POST /v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400)]
    [InlineData("POST /v1/keys HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n{}", 400)]
    [InlineData("GET /health HTTP/3.0\r\nHost: x\r\n\r\n", 505)]
    [InlineData("\u0016\u0003\u0001 no TLS here\r\n\r\n", 400)]
    public async Task What_is_no_request_gets_a_problem_document(string sent, int status) => await RefusesAsync(sent, status);

    [Fact]
    public async Task Headers_and_paths_that_are_too_long_get_a_problem_document()
    {
        await RefusesAsync($"GET /health HTTP/1.1\r\nHost: x\r\nX-A: {new string('a', 40_000)}\r\n\r\n", 431);
        await RefusesAsync($"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    }

    private async Task RefusesAsync(string sent, int status)
    {
        var (head, body) = await SendAsync(sent);
        Assert.StartsWith($"HTTP/1.1 {status} ", head[0]);
        Assert.Contains("Content-Type: application/problem+json", head);
        Assert.Contains("Connection: close", head);
        Assert.Contains("X-Content-Type-Options: nosniff", head);
        Assert.Contains($"Content-Length: {Encoding.UTF8.GetByteCount(body)}", head);
        var problem = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal(("invalid_request", status), (problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.Contains($"X-Request-Id: {problem.GetProperty("request_id").GetString()}", head);
    }

    /// <summary>Reads to the end: the server must close the connection.</summary>
    private async Task<(string[] Head, string Body)> SendAsync(string sent)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(shared.App.Address.Host, shared.App.Address.Port, cancelled);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(sent), cancelled);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(cancelled);
        var parts = answer.Split("\r\n\r\n", 2);
        Assert.Equal(2, parts.Length);
        return (parts[0].Split("\r\n"), parts[1]);
    }
}
