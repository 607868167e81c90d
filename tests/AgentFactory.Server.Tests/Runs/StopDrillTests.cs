using System.Net.Http.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>The server is told to stop in the middle of a run, by the signal that service managers send.</summary>
public sealed class StopDrillTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("af-drill-");
    private ModelUpstream _upstream = null!;

    public async ValueTask InitializeAsync() => _upstream = await ModelUpstream.StartAsync(1, TimeSpan.FromMilliseconds(250));

    public async ValueTask DisposeAsync()
    {
        await _upstream.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_run_under_way_is_left_the_time_to_end_and_its_stream_shows_the_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using var server = await ServerProcess.StartAsync(_data.FullName, DrillAgent.Environment(_upstream));
        using var client = server.Client(await DrillAgent.CreateAsync(server));
        using var stream = await EventReader.OpenAsync(
            client, HttpMethod.Post, "/v1/runs", JsonContent.Create(new { agent = DrillAgent.Name, input = "stopped", mode = "stream" }));
        while (await stream.NextAsync() is { IsText: false }) { }
        var exit = server.StopAsync();
        var rest = await stream.ToEndAsync();
        Assert.Equal("run.ended", rest[^1].Type);
        Assert.Equal("completed", rest[^1].Data.GetProperty("data").GetProperty("outcome").GetString());
        Assert.Equal(0, await exit);
    }
}
