using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Runs;

/// <summary>One event or text frame of a run's stream.</summary>
internal readonly record struct RunFrame(string Id, string Type, JsonElement Data);

/// <summary>Reads a run's stream to its end, and takes it up again where it broke off.</summary>
internal static class RunStream
{
    private const int MostReconnects = 20;

    public static async IAsyncEnumerable<RunFrame> ReadAsync(
        ApiClient api, HttpResponseMessage first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (response, run, lastId, done) = (first, first.Headers.Location?.OriginalString, "", false);
        for (var attempt = 0; !done; attempt++)
        {
            using (response)
            {
                await using var frames = FramesAsync(response, cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await MoveNextAsync(frames))
                {
                    var frame = frames.Current;
                    (lastId, attempt) = (frame.Id, 0);
                    run ??= frame.Data.Text("run") is { } id ? $"/v1/runs/{id}" : null;
                    yield return frame;
                    done = frame.Type is "run.ended" or "tool.outcome_unknown";
                }
            }
            if (done || run is null) yield break;
            if (attempt >= MostReconnects) throw new CliException(ExitCodes.Unavailable, "The stream broke off too often. The run goes on: see `run show`.");
            await Task.Delay(TimeSpan.FromMilliseconds(100 * (attempt + 1)), cancellationToken);
            response = await api.OpenAsync(HttpMethod.Get, $"{run}/events", null, "text/event-stream", null, cancellationToken, lastId);
        }
    }

    private static async IAsyncEnumerable<RunFrame> FramesAsync(
        HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return new RunFrame(item.EventId ?? "", item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data));
    }

    /// <summary>False at the end, and where the connection broke: the caller reconnects.</summary>
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<RunFrame> frames)
    {
        try
        {
            return await frames.MoveNextAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }
}
