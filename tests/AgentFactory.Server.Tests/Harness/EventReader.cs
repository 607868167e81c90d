using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>One server-sent event.</summary>
internal sealed record SentEvent(string Id, string Type, JsonElement Data)
{
    public bool IsText => Type == "text.delta";
    public string Text => Data.GetProperty("text").GetString()!;
    public long Seq => long.Parse(Id.Split('.')[0], CultureInfo.InvariantCulture);
}

/// <summary>
/// Reads server-sent events as a browser would, and keeps what a client remembers: the last id and the text since the last event.
/// </summary>
internal sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventReader(HttpResponseMessage response, Stream body) => (_response, _lines) = (response, new StreamReader(body));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public HttpResponseMessage Response => _response;

    /// <summary>How many comment lines have come: signs of life.</summary>
    public int Comments { get; private set; }

    /// <summary>Sends the request and reads the answer's head; fails when it is no stream.</summary>
    public static async Task<EventReader> OpenAsync(
        HttpClient client, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Accept.ParseAdd("text/event-stream");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            Assert.Fail($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(Token)}");
        return new EventReader(response, await response.Content.ReadAsStreamAsync(Token));
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<SentEvent?> NextAsync()
    {
        var (id, type, data) = ("", "", "");
        while (await _lines.ReadLineAsync(Token) is { } line)
        {
            if (line.Length == 0 && data.Length > 0) return new SentEvent(id, type, JsonElement.Parse(data));
            if (line.StartsWith(':')) Comments++;
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
        }
        return null;
    }

    public async Task<List<SentEvent>> ToEndAsync()
    {
        var all = new List<SentEvent>();
        while (await NextAsync() is { } next) all.Add(next);
        return all;
    }

    /// <summary>Reads on until <paramref name="found"/>, which is the last of what it returns.</summary>
    public async Task<List<SentEvent>> UntilAsync(Func<SentEvent, bool> found)
    {
        var all = new List<SentEvent>();
        while (await NextAsync() is { } next)
        {
            all.Add(next);
            if (found(next)) return all;
        }
        Assert.Fail("The stream ended before it came.");
        return all;
    }

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
