using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AgentFactory.Server.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Tests.Platform.Telemetry;

/// <summary>What a collector receives when the standard OTEL_* variables name one.</summary>
public sealed class CollectorTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Path, string Text)> _received = new();
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await _collector.StartAsync();
    }

    public ValueTask DisposeAsync() => _collector.DisposeAsync();

    [Fact]
    public async Task Traces_and_metrics_reach_the_collector_and_hold_nothing_that_was_said()
    {
        var app = await TestApp.StartAsync(new TestAppOptions
        {
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Urls.Single(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test-bench",
            },
        });
        await using (app)
        {
            var owner = app.Tenant("acme").Owner;
            var agent = new { name = "helper", instructions = "Mind the s3cret-instruction.", model = "demo/offline", tools = new[] { "calculator" } };
            await (await owner.PostJsonAsync("/v1/agents", agent)).JsonAsync(HttpStatusCode.Created);
            await (await owner.PostJsonAsync("/v1/runs", new { agent = "helper", input = "What is 6 * 7, s3cret-question?" })).JsonAsync();
            await ReceivedAsync("/v1/traces", "agent-factory", "test-bench", "POST /v1/runs", "invoke_agent");
            await ReceivedAsync("/v1/metrics", "agent-factory", "test-bench", "http.server.request.duration", "agent_factory.runs.ended");
        }
        var everything = string.Concat(_received.Select(r => r.Text));
        foreach (var said in (string[])["s3cret-instruction", "s3cret-question", "af_key_"])
            Assert.DoesNotContain(said, everything, StringComparison.Ordinal);
    }

    /// <summary>Waits until all of it has arrived; exporters send when they see fit.</summary>
    private async Task ReceivedAsync(string path, params string[] expected)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(60);
        while (true)
        {
            var text = string.Concat(_received.Where(r => r.Path == path).Select(r => r.Text));
            var missing = expected.Where(e => !text.Contains(e, StringComparison.Ordinal)).ToList();
            if (missing.Count == 0) return;
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, $"{path} never held {string.Join(", ", missing)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
