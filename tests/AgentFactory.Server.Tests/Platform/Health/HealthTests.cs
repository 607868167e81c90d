using System.Net;
using AgentFactory.Server.Platform.Health;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Server.Tests.Platform.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Probes_answer_anybody()
    {
        await using var app = await TestApp.StartAsync();
        await (await app.Anonymous.FetchAsync("/health/live")).JsonAsync();
        var ready = await (await app.Anonymous.FetchAsync("/health/ready")).JsonAsync();
        Assert.Equal("ok", ready.GetProperty("checks").GetProperty("database").GetString());
        var summary = await (await app.Anonymous.FetchAsync("/health")).JsonAsync();
        Assert.Equal("sqlite", summary.GetProperty("engine").GetString());
        Assert.NotEmpty(summary.GetProperty("version").GetString()!);
    }

    [Fact]
    public async Task Uptime_counts_from_the_start_whoever_asks_first()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var app = await TestApp.StartAsync(new TestAppOptions { Time = time });
        time.Advance(TimeSpan.FromSeconds(90));
        var summary = await (await app.Anonymous.FetchAsync("/health")).JsonAsync();
        Assert.Equal(90, summary.GetProperty("uptime_seconds").GetInt64());
    }

    [Fact]
    public async Task Not_ready_is_503_and_says_why_while_the_process_stays_live()
    {
        await using var app = await TestApp.StartAsync(
            new TestAppOptions { Extend = services => services.AddSingleton<IReadinessProbe, Broken>() });
        var refused = await app.Anonymous.FetchAsync("/health/ready");
        var body = await refused.JsonAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("It is broken.", body.GetProperty("checks").GetProperty("broken").GetString());
        Assert.NotNull(refused.Headers.RetryAfter);
        await (await app.Anonymous.FetchAsync("/health/live")).JsonAsync();
    }

    private sealed class Broken : IReadinessProbe
    {
        public string Name => "broken";

        public ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>("It is broken.");
    }
}
