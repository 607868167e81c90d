using System.Collections.Concurrent;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Telemetry;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Server.Tests.Platform.Telemetry;

public sealed class LogTests
{
    private const string Marker = "marker-that-no-log-may-hold";

    [Fact]
    public async Task Request_is_one_line_with_its_route_and_ids_and_nothing_that_was_sent()
    {
        using var lines = new Lines();
        await using (var app = await TestApp.StartAsync(new TestAppOptions
        {
            Log = LogLevel.Information,
            Extend = services => services.AddSingleton<ILoggerProvider>(lines),
        }))
        {
            var acme = app.Tenant("acme");
            await acme.Owner.SendAsync(HttpMethod.Get, "/v1/agents/" + Marker + "?q=" + Marker, null, ("X-Request-Id", "the-one"));
            await acme.Owner.PutJsonAsync("/v1/secrets/" + Marker, new { value = Marker });
            await acme.Owner.PostJsonAsync("/v1/agents", new { name = "bot", instructions = Marker, model = "demo/offline" });
            await acme.Owner.PostJsonAsync("/v1/runs", new { agent = "bot", input = Marker });
            await app.Anonymous.FetchAsync("/" + Marker);
            var line = Assert.Single(lines.All, l => l.Contains("\"request_id\":\"the-one\"", StringComparison.Ordinal));
            var read = JsonSerializer.Deserialize<JsonElement>(line);
            Assert.Equal("/v1/agents/{agent}", read.GetProperty("route").GetString());
            Assert.Equal("GET", read.GetProperty("method").GetString());
            Assert.Equal(404, read.GetProperty("status").GetInt32());
            Assert.Equal(await acme.IdAsync(), read.GetProperty("tenant_id").GetString());
            Assert.True(read.GetProperty("duration_ms").GetDouble() >= 0);
            foreach (var secret in (string[])[Marker, app.OwnerKey!, await acme.KeyAsync("*")])
                Assert.DoesNotContain(lines.All, l => l.Contains(secret, StringComparison.Ordinal));
        }
        Assert.All(lines.All, l => Assert.Equal(JsonValueKind.Object, JsonSerializer.Deserialize<JsonElement>(l).ValueKind));
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("2")]
    public async Task Unknown_level_stops_the_start_and_says_which_there_are(string level)
    {
        var options = new TestAppOptions { Environment = new Dictionary<string, string> { ["AGENT_FACTORY_LOG"] = level } };
        var refusal = await Assert.ThrowsAsync<AgentFactoryException>(() => TestApp.StartAsync(options with { Log = null }));
        Assert.Contains("information", refusal.Message, StringComparison.Ordinal);
        Directory.Delete(options.DataPath, recursive: true);
    }

    [Fact]
    public void Line_is_one_line_whatever_it_says()
    {
        using var lines = new Lines();
        lines.CreateLogger("test").LogError(new InvalidOperationException("first\nsecond"), "Said \"{What}\"", "a\nb");
        var line = Assert.Single(lines.All);
        Assert.Equal(1, line.Count(c => c == '\n'));
        Assert.Equal("a\nb", JsonSerializer.Deserialize<JsonElement>(line).GetProperty("what").GetString());
    }

    /// <summary>What goes to standard error, kept instead.</summary>
    private sealed class Lines : ILoggerProvider, ISupportExternalScope
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly JsonLines _format = new(new FakeTimeProvider());
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public IReadOnlyCollection<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Logger(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => lines._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                using var text = new StringWriter();
                lines._format.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter), lines._scopes, text);
                lines._lines.Enqueue(text.ToString());
            }
        }
    }
}
