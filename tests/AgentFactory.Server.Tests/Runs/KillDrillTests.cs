using System.Net;
using System.Net.Http.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>
/// The server is killed in the middle of its runs, again and again, and started on the same data. A seed that fails fails again.
/// </summary>
public sealed class KillDrillTests : IAsyncLifetime
{
    private const int Turns = 4;
    private const int Runs = 3;
    private const int Kills = 4;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("af-drill-");
    private ModelUpstream _upstream = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _upstream = await ModelUpstream.StartAsync(Turns, TimeSpan.FromMilliseconds(20));

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Runs_end_once_recorded_steps_are_not_repeated_and_the_stream_has_no_gap(int seed)
    {
        var random = new Random(seed);
        var environment = DrillAgent.Environment(_upstream);
        var watchers = Enumerable.Range(0, Runs).Select(i => new Watcher($"s{seed}r{i}")).ToList();
        string? key = null;
        var kills = 0;
        for (var life = 0; life <= Kills; life++)
        {
            using var server = await ServerProcess.StartAsync(_data.FullName, environment);
            key ??= await DrillAgent.CreateAsync(server);
            using var client = server.Client(key);
            // The last life is left alone; the others end after some number of things that the watchers saw together.
            var left = life == Kills ? int.MaxValue : random.Next(2, 24);
            var enough = new TaskCompletionSource();
            var watching = Task.WhenAll(watchers.Select(w => w.FollowAsync(client, () =>
            {
                if (Interlocked.Decrement(ref left) == 0) enough.TrySetResult();
            })));
            if (await Task.WhenAny(watching, enough.Task) == enough.Task)
            {
                await server.KillAsync();
                kills++;
            }
            await watching.WaitAsync(Cancelled);
            if (life == Kills)
                foreach (var watcher in watchers) await CheckAsync(client, watcher);
        }
        var lost = watchers.Sum(w => w.Events.Count(e => e.Type == "model.attempt_abandoned"));
        TestContext.Current.SendDiagnosticMessage(
            $"seed {seed}: {kills} kills, {lost} lost attempts, {watchers.Sum(w => w.Events.Count)} events");
        Assert.True(kills > 0 && watchers.Any(w => w.Lives > 1), "nothing was interrupted");
    }

    private async Task CheckAsync(HttpClient client, Watcher watcher)
    {
        Assert.Equal(Enumerable.Range(1, watcher.Events.Count).Select(n => (long)n), watcher.Events.Select(e => e.Seq));
        Assert.Equal("run.ended", watcher.Events[^1].Type);
        var run = (await (await client.FetchAsync("/v1/runs/" + watcher.Run)).JsonAsync());
        Assert.Equal(
            ("completed", ModelUpstream.Answer(watcher.Label)),
            (run.GetProperty("outcome").GetString(), run.GetProperty("output").GetString()));
        var page = await (await client.FetchAsync($"/v1/runs/{watcher.Run}/events?limit=1000")).JsonAsync();
        Assert.Equal(
            page.GetProperty("data").EnumerateArray().Select(e => e.GetRawText()), watcher.Events.Select(e => e.Data.GetRawText()));
        Assert.Equal(ModelUpstream.Answer(watcher.Label), watcher.Text);
        for (var turn = 1; turn <= Turns; turn++)
        {
            var asked = watcher.Events.Where(e => e.Type == "model.requested" && Header(e, "turn") == turn).ToList();
            var answered = Assert.Single(watcher.Events, e => e.Type == "model.responded" && Header(e, "turn") == turn);
            Assert.All(asked, e => Assert.True(e.Seq < answered.Seq));
            Assert.InRange(_upstream.Counts[$"{watcher.Label}/{turn}"], 1, asked.Count);
            if (turn == Turns) continue;
            var call = $"call-{watcher.Label}/{turn}";
            var made = watcher.Events.Count(
                e => e.Type == "tool.requested" && e.Data.GetProperty("data").GetProperty("call_id").GetString() == call);
            Assert.Single(
                watcher.Events, e => e.Type == "tool.responded" && e.Data.GetProperty("data").GetProperty("call_id").GetString() == call);
            Assert.InRange(_upstream.Counts[$"{watcher.Label}/{turn}/tool"], 1, made);
        }
    }

    private static int Header(SentEvent e, string name) => e.Data.GetProperty("data").GetProperty(name).GetInt32();

    /// <summary>
    /// A client that comes back with the last id it saw, and forgets the text since the last event when an attempt is lost.
    /// </summary>
    private sealed class Watcher(string label)
    {
        private string? _last;
        private string _shown = "";

        public string Label => label;
        public string? Run { get; private set; }
        public List<SentEvent> Events { get; } = [];

        /// <summary>How many lives of the server it saw something of.</summary>
        public int Lives { get; private set; }

        /// <summary>What a person would have read when the model had answered.</summary>
        public string Text { get; private set; } = "";

        public async Task FollowAsync(HttpClient client, Action seen)
        {
            if (Events.Count > 0 && Events[^1].Type == "run.ended") return;
            try
            {
                using var stream = Run is null ? await StartAsync(client) : await EventReader.OpenAsync(
                    client, HttpMethod.Get, $"/v1/runs/{Run}/events", null, ("Last-Event-ID", _last!));
                Lives++;
                while (await stream.NextAsync() is { } next)
                {
                    Take(next);
                    seen();
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                // Killed: the next life goes on.
            }
        }

        /// <summary>The key of the request makes a repetition find the run of a first attempt whose answer was lost.</summary>
        private Task<EventReader> StartAsync(HttpClient client) => EventReader.OpenAsync(
            client, HttpMethod.Post, "/v1/runs", JsonContent.Create(new { agent = DrillAgent.Name, input = label, mode = "stream" }),
            ("Idempotency-Key", label));

        private void Take(SentEvent next)
        {
            _last = next.Id;
            if (next.IsText)
            {
                _shown += next.Text;
                return;
            }
            Run ??= next.Data.GetProperty("run").GetString();
            Events.Add(next);
            if (next.Type == "model.responded")
            {
                // The event has the whole text: what was shown so far must be how it begins.
                Text = next.Data.GetProperty("body").GetProperty("text").GetString()!;
                Assert.StartsWith(_shown, Text, StringComparison.Ordinal);
            }
            _shown = "";
        }
    }
}

/// <summary>The agent of the drills, and the environment it needs.</summary>
internal static class DrillAgent
{
    public const string Name = "drill";

    public static Dictionary<string, string> Environment(ModelUpstream upstream) => new()
    {
        ["OPENAI_BASE_URL"] = upstream.BaseUrl,
        ["OPENAI_API_KEY"] = "sk-none",
        ["AGENT_FACTORY_OUTBOUND_ALLOW"] = "127.0.0.1",
    };

    /// <summary>Makes the agent; returns the owner's key.</summary>
    public static async Task<string> CreateAsync(ServerProcess server)
    {
        using var client = server.Client(server.OwnerKey);
        var response = await client.PostJsonAsync(
            "/v1/agents", new { name = Name, model = "openai/fake", instructions = "Do it.", tools = new[] { ModelUpstream.Tool } });
        await response.JsonAsync(HttpStatusCode.Created);
        return server.OwnerKey;
    }
}
