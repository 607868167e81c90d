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
    public const string MediaType = "text/event-stream";

    /// <summary>In a row, without a frame between them: some 20 seconds, which a server's restart takes less of.</summary>
    private const int MostReconnects = 20;

    /// <param name="path">The run's: <c>/v1/runs/{id}</c>.</param>
    /// <param name="first">The stream, when it is open already.</param>
    public static async IAsyncEnumerable<RunFrame> ReadAsync(
        ApiClient api, string path, HttpResponseMessage? first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (response, lastId) = (first ?? await OpenAsync(api, path, null, cancellationToken), "");
        for (var attempt = 0; ; attempt++)
        {
            using (response)
            {
                await using var frames = FramesAsync(response, cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await MoveNextAsync(frames))
                {
                    var frame = frames.Current;
                    (lastId, attempt) = (frame.Id, 0);
                    yield return frame;
                    // A run that waits for a person ends its stream, too.
                    if (frame.Type is "run.ended" or "tool.outcome_unknown") yield break;
                }
            }
            (response, attempt) = await ReopenAsync(api, path, lastId, attempt, cancellationToken);
        }
    }

    private static async Task<(HttpResponseMessage Response, int Attempt)> ReopenAsync(
        ApiClient api, string path, string lastId, int attempt, CancellationToken cancellationToken)
    {
        for (; attempt < MostReconnects; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100 * (attempt + 1)), cancellationToken);
            try
            {
                return (await OpenAsync(api, path, lastId, cancellationToken), attempt);
            }
            catch (CliException e) when (e.ExitCode == ExitCodes.Unavailable && attempt + 1 < MostReconnects)
            {
                // It may be starting again.
                continue;
            }
        }
        throw new CliException(ExitCodes.Unavailable,
            $"The stream broke off too often. The run goes on: see agent-factory run show {path.Split('/')[^1]}.");
    }

    private static Task<HttpResponseMessage> OpenAsync(ApiClient api, string path, string? lastId, CancellationToken cancellationToken) =>
        api.OpenAsync(HttpMethod.Get, $"{path}/events", null, MediaType, null, cancellationToken, lastId);

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
        catch (JsonException)
        {
            throw new CliException(ExitCodes.Unavailable, "The server's stream is not one of events. Is it an Agent Factory server?");
        }
    }
}
