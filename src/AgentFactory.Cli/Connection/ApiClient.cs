using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Core;

namespace AgentFactory.Cli.Connection;

/// <summary>The HTTP contract as commands use it: JSON in, JSON out, refusals as exceptions with an exit code.</summary>
/// <param name="name">What the server is called when it does not answer.</param>
internal sealed class ApiClient(HttpClient http, string name)
{
    private const string Json = "application/json";

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, path, JsonContent(body), ifMatch, cancellationToken);

    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, path, JsonContent(body), ifMatch, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Delete, path, null, ifMatch, cancellationToken);

    /// <summary>The answer as JSON; undefined when it has no body.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? ifMatch, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, path, content, Json, ifMatch, cancellationToken);
        var text = await ReadAsync(response, cancellationToken);
        return text.Length == 0 ? default : Parse(text);
    }

    /// <summary>The answer with its body still to be read. Throws <see cref="CliException"/> for everything but a success.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, HttpContent? content, string accept, string? ifMatch, CancellationToken cancellationToken,
        string? lastEventId = null)
    {
        var headers = new List<(string Name, string? Value)> { ("Accept", accept), ("If-Match", ifMatch), ("Last-Event-ID", lastEventId) };
        // With it a request that may or may not have arrived can be sent again.
        if (method == HttpMethod.Post) headers.Add(("Idempotency-Key", Ids.New(TimeProvider.System).ToString()));
        var response = await AnsweredAsync(() => ExchangeAsync(method, path, content, headers, cancellationToken));
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.IsSuccessStatusCode && (type is null || type == accept)) return response;
        using (response)
        {
            throw response.IsSuccessStatusCode
                ? new CliException(ExitCodes.Unavailable, $"{name} answered with {type}, not {accept}. Is it an Agent Factory server?")
                : await RefusalAsync(response, cancellationToken);
        }
    }

    /// <summary>Every page of a list, item by item.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, int most, CancellationToken cancellationToken)
    {
        var (items, cursor) = (new List<JsonElement>(), "");
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        while (true)
        {
            var page = await GetAsync($"{path}{separator}limit={Math.Min(100, most - items.Count)}{cursor}", cancellationToken);
            items.AddRange(page.NeededList("data").EnumerateArray());
            if (items.Count >= most || page.Text("next") is not { } next) return items;
            cursor = "&cursor=" + Uri.EscapeDataString(next);
        }
    }

    private static StringContent JsonContent(object body) => new(JsonSerializer.Serialize(body, Wire.Options), Encoding.UTF8, Json);

    private Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        AnsweredAsync(() => response.Content.ReadAsStringAsync(cancellationToken));

    /// <summary>
    /// Sends once more where the connection broke before an answer: the owner of a data folder may have ended between two requests.
    /// </summary>
    private async Task<HttpResponseMessage> ExchangeAsync(
        HttpMethod method, string path, HttpContent? content, List<(string Name, string? Value)> headers,
        CancellationToken cancellationToken)
    {
        for (var again = false; ; again = true)
        {
            // Not disposed: that would take the content with it, which is sent again.
            var request = new HttpRequestMessage(method, path) { Content = content };
            foreach (var (name, value) in headers.Where(h => h.Value is not null)) request.Headers.TryAddWithoutValidation(name, value);
            try
            {
                return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (HttpRequestException e)
                when (!again && e.InnerException is IOException && e.HttpRequestError != HttpRequestError.ConnectionError)
            {
                continue;
            }
        }
    }

    private async Task<T> AnsweredAsync<T>(Func<Task<T>> exchange)
    {
        try
        {
            return await exchange();
        }
        catch (HttpRequestException e) when (e.InnerException is AgentFactoryException refusal)
        {
            // The data folder can't be opened, found while connecting to it.
            throw new CliException(ExitCodes.OfStatus(refusal.Code.Status), refusal.Message);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            throw new CliException(ExitCodes.Unavailable, $"{name} does not answer: {e.Message}");
        }
    }

    private JsonElement Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            throw new CliException(ExitCodes.Unavailable, $"{name} did not answer with JSON. Is it an Agent Factory server?");
        }
    }

    private async Task<CliException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (status, code) = (response.StatusCode, ExitCodes.OfStatus((int)response.StatusCode));
        if (response.Headers.Location is { } elsewhere && (int)status < 400)
            return new CliException(code, $"{name} points to {elsewhere}. Name that one with --server if you trust it.");
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new CliException(code, $"{name} answered {(int)status} {response.ReasonPhrase}. Is it an Agent Factory server?");
        var problem = Parse(await ReadAsync(response, cancellationToken));
        var message = new StringBuilder(problem.Text("detail") ?? problem.Text("title") ?? response.ReasonPhrase);
        // One fault alone is the detail already.
        var errors = problem.Items("errors").ToList();
        if (errors.Count > 1) foreach (var error in errors) message.Append($"\n  {error.Text("param")}: {error.Text("message")}");
        else if (errors.Count == 0 && problem.Text("param") is { Length: > 0 } param) message.Append($" ({param})");
        if (status == HttpStatusCode.Unauthorized) message.Append(" Name a key with AGENT_FACTORY_KEY or --key.");
        if (status >= HttpStatusCode.InternalServerError && problem.Text("request_id") is { } id) message.Append($" [request {id}]");
        return new CliException(code, message.ToString());
    }
}
