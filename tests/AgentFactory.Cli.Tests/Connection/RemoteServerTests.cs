using System.Net;
using System.Net.Sockets;
using AgentFactory.Cli.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Cli.Tests.Connection;

public sealed class RemoteServerTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("ftp://example.com")]
    [InlineData("/etc/passwd")]
    [InlineData("http://")]
    public async Task What_is_no_URL_is_refused_with_one_to_copy(string url)
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--server", url)).Fails(2, "https://agents.example.com");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/v1")]
    [InlineData("http://me:secret@127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1/?x=1")]
    public async Task A_URL_is_an_address_alone(string url)
    {
        await using var cli = await TestCli.StartAsync();
        var refused = (await cli.RunAsync("agent", "list", "--server", url)).Fails(2, "http://127.0.0.1:1\n");
        Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        // A port that was free a moment ago, and that nobody listens on.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        listener.Stop();
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--server", url)).Fails(6, url, "does not answer");
        (await cli.RunAsync("ask", "bot", "Hello", "--server", url)).Fails(6, url);
        Assert.Contains("broken   server", (await cli.RunAsync("doctor", "--server", url)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>Welcome</html>", 6, "answered with text/html")]
    [InlineData(200, "application/json", "{\"hello\": 1}", 6, "has no 'data'")]
    [InlineData(200, "application/json", "[]", 6, "has no 'data'")]
    [InlineData(200, "application/json", "{\"data\": 7}", 6, "has no 'data'")]
    [InlineData(200, "application/json", "{\"data\": [{}]}", 6, "has no 'name'")]
    [InlineData(200, "application/json", "{\"data\": ", 6, "did not answer with JSON")]
    [InlineData(200, "application/json", "", 6, "has no 'data'")]
    [InlineData(404, "text/html", "<html>Not here</html>", 3, "answered 404 Not Found. Is it an Agent Factory server?")]
    [InlineData(500, "text/plain", "at System.Boom()", 70, "answered 500")]
    [InlineData(503, "text/html", "<html>later</html>", 6, "answered 503")]
    [InlineData(429, "application/problem+json", "{\"detail\": \"Too many requests.\"}", 6, "Too many requests.")]
    [InlineData(503, "application/problem+json", "{\"title\": \"Draining\", \"request_id\": \"req_7\"}", 6, "Draining [request req_7]")]
    [InlineData(422, "application/problem+json", "{\"detail\": \"It is wrong.\", \"param\": \"name\"}", 2, "It is wrong. (name)")]
    [InlineData(401, "application/problem+json", "{\"detail\": \"No key.\"}", 4, "No key. Name a key with AGENT_FACTORY_KEY")]
    [InlineData(422, "application/problem+json", "not json", 6, "did not answer with JSON")]
    public async Task Another_servers_answer_ends_in_a_sentence(int status, string mediaType, string body, int code, string part)
    {
        await using var server = await FakeServer.StartAsync(status, mediaType, body);
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--server", server.Url, "--key", "af_x")).Fails(code, part);
    }

    [Fact]
    public async Task Faults_of_fields_stand_below_each_other()
    {
        const string Problem = """
            {"detail": "Two faults.", "errors": [{"param": "name", "message": "too long"}, {"param": "model", "message": "unknown"}]}
            """;
        await using var server = await FakeServer.StartAsync(422, "application/problem+json", Problem);
        await using var cli = await TestCli.StartAsync();
        var refused = (await cli.RunAsync("agent", "list", "--server", server.Url)).Fails(2);
        Assert.Equal("error: Two faults.\n  name: too long\n  model: unknown\n", refused.Error);
    }

    [Fact]
    public async Task A_redirect_is_told_and_never_followed()
    {
        var elsewhere = 0;
        await using var other = await FakeServer.StartAsync(_ =>
        {
            elsewhere++;
            return Task.CompletedTask;
        });
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.Redirect(other.Url + "/v1/agents");
            return Task.CompletedTask;
        });
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--server", server.Url, "--key", "af_x")).Fails(2, "points to", other.Url);
        Assert.Equal(0, elsewhere);
    }

    [Fact]
    public async Task A_server_that_hangs_up_is_unavailable()
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var half = await FakeServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"data\": [");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--server", server.Url)).Fails(6, "does not answer");
        (await cli.RunAsync("agent", "list", "--server", half.Url)).Fails(6, "does not answer");
    }

    [Fact]
    public async Task Keys_are_asked_for_checked_and_held_to_their_scopes()
    {
        await using var cli = await TestCli.StartAsync(Place.Url);
        var key = cli.Environment["AGENT_FACTORY_KEY"];
        var reader = await cli.App!.Tenant("acme").KeyAsync("agents:read");
        cli.Environment["AGENT_FACTORY_KEY"] = "";
        (await cli.RunAsync("agent", "list")).Fails(4, "AGENT_FACTORY_KEY");
        (await cli.RunAsync("agent", "list", "--key", "af_live_nonsense")).Fails(4);
        (await cli.RunAsync("agent", "list", "--key", "")).Fails(4);
        (await cli.RunAsync("agent", "list", "--key", key + "\nx")).Fails(4, "copied whole");
        (await cli.RunAsync("agent", "list", "--key", reader)).Succeeds();
        (await cli.RunAsync("key", "list", "--key", reader)).Fails(4, "keys:read");
        (await cli.RunAsync("ask", "bot", "Hello", "--key", reader)).Fails(4, "runs:write");
    }

    [Fact]
    public async Task A_key_without_a_server_is_refused_and_one_from_the_environment_does_no_harm()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("agent", "list", "--key", "af_x")).Fails(2, "--server");
        cli.Environment["AGENT_FACTORY_KEY"] = "af_x";
        (await cli.RunAsync("agent", "list")).Succeeds();
    }

    [Fact]
    public async Task One_tenants_key_sees_nothing_of_anothers()
    {
        await using var cli = await TestCli.StartAsync(Place.Url);
        await cli.AddBotAsync();
        var run = await cli.AskBotAsync();
        var other = await cli.App!.Tenant("other").KeyAsync("*");
        (await cli.RunAsync("agent", "show", "bot", "--key", other)).Fails(3);
        (await cli.RunAsync("run", "events", run, "--key", other)).Fails(3);
        Assert.Equal("[]\n", (await cli.RunAsync("run", "list", "--json", "--key", other)).Succeeds().Output);
    }
}
