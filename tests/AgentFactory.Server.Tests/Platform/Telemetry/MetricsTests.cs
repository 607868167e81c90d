using System.Net;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_are_for_the_machine_itself_and_for_keys_with_every_scope()
    {
        await using var app = await TestApp.StartAsync();
        var token = TestContext.Current.CancellationToken;
        await app.Anonymous.FetchAsync("/metrics");
        await app.Anonymous.FetchAsync("/health/live");
        var scraped = await app.Anonymous.FetchAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, scraped.StatusCode);
        Assert.Contains("http_server_request_duration_seconds", await scraped.Content.ReadAsStringAsync(token));

        foreach (var header in (string[])["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
            await (await app.Anonymous.SendAsync(HttpMethod.Get, "/metrics", null, (header, "203.0.113.9")))
                .ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await app.Tenant("acme").As("runs:read").FetchAsync("/metrics")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, (await app.Tenant("acme").Owner.FetchAsync("/metrics")).StatusCode);
    }
}
