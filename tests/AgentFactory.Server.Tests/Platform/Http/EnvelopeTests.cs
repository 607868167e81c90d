using System.Net;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Http;

public sealed class EnvelopeTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Environment = new Dictionary<string, string> { ["AGENT_FACTORY_RATE_LIMIT"] = "20" },
        Time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null)),
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("client-chosen:1.2_3", true)]
    [InlineData("has space", false)]
    [InlineData("{\"json\":1}", false)]
    public async Task Request_id_is_taken_over_when_it_is_harmless(string sent, bool isKept)
    {
        var response = await _app.Anonymous.SendAsync(HttpMethod.Get, "/health/live", null, ("X-Request-Id", sent));
        var id = response.Headers.GetValues("X-Request-Id").Single();
        if (isKept) Assert.Equal(sent, id);
        else Assert.StartsWith("req_", id);
    }

    [Fact]
    public async Task Every_answer_has_the_security_headers_and_does_not_name_the_server()
    {
        foreach (var path in (string[])["/health/live", "/v1/keys", "/nothing"])
        {
            var response = await _app.Anonymous.FetchAsync(path);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task Every_answer_tells_what_is_left_and_the_last_one_when_to_come_back()
    {
        var client = _app.WithKey(_app.OwnerKey!);
        for (var left = 19; left >= 0; left--)
        {
            var served = await client.FetchAsync(left % 2 == 0 ? "/v1/keys" : "/v1/keys/key_x");
            Assert.NotEqual(HttpStatusCode.TooManyRequests, served.StatusCode);
            Assert.Equal("20", served.Headers.GetValues("RateLimit-Limit").Single());
            Assert.Equal($"{left}", served.Headers.GetValues("RateLimit-Remaining").Single());
        }
        var refused = await client.FetchAsync("/v1/keys");
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("60", refused.Headers.GetValues("RateLimit-Reset").Single());

        // Another caller has an allowance of its own, and the clock gives this one back.
        await (await _app.Tenant("acme").Owner.FetchAsync("/v1/keys")).JsonAsync();
        ((Microsoft.Extensions.Time.Testing.FakeTimeProvider)_app.Services.GetService(typeof(TimeProvider))!)
            .Advance(TimeSpan.FromSeconds(3));
        await (await client.FetchAsync("/v1/keys")).JsonAsync();
    }
}
