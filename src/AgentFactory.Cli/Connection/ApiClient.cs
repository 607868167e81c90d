using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Core;

namespace AgentFactory.Cli.Connection;

/// <summary>The HTTP contract as commands use it: JSON in, JSON out, refusals as exceptions with an exit code.</summary>
internal sealed class ApiClient(HttpClient http)
{
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, path, JsonContent(body), ifMatch, cancellationToken);

    public Task<JsonElement> PutAsync(string path, object body, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, path, JsonContent(body), ifMatch, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken, string? ifMatch = null) =>
        SendAsync(HttpMethod.Delete, path, null, ifMatch, cancellationToken);

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, string? ifMatch, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, path, content, "application/json", ifMatch, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes);
    }

    /// <summary>The answer with its body still to be read. Throws <see cref="CliException"/> for everything but a success.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, HttpContent? content, string accept, string? ifMatch, CancellationToken cancellationToken,
        string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, cancellationToken);
    }

    /// <summary>Every page of a list, item by item.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, int most, CancellationToken cancellationToken)
    {
        var (items, cursor) = (new List<JsonElement>(), "");
        var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        while (true)
        {
            var page = await GetAsync($"{path}{separator}limit={Math.Min(100, most - items.Count)}{cursor}", cancellationToken);
            items.AddRange(page.GetProperty("data").EnumerateArray());
            if (items.Count >= most || page.Text("next") is not { } next) return items;
            cursor = "&cursor=" + Uri.EscapeDataString(next);
        }
    }

    private static StringContent JsonContent(object body) => new(JsonSerializer.Serialize(body, Wire.Options), Encoding.UTF8, "application/json");

    private static async Task<CliException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (code, text) = (ExitCodes.OfStatus((int)response.StatusCode), await response.Content.ReadAsStringAsync(cancellationToken));
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new CliException(code, $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}. Is it an Agent Factory server?");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        var message = new StringBuilder(problem.Text("detail") ?? problem.Text("title") ?? response.ReasonPhrase);
        // One fault alone is the detail already.
        var errors = problem.Items("errors").ToList();
        if (errors.Count > 1) foreach (var error in errors) message.Append($"\n  {error.Text("param")}: {error.Text("message")}");
        else if (errors.Count == 1) return new CliException(code, message.ToString());
        else if (problem.Text("param") is { Length: > 0 } param) message.Append($" ({param})");
        if (response.StatusCode >= HttpStatusCode.InternalServerError && problem.Text("request_id") is { } id) message.Append($" [request {id}]");
        return new CliException(code, message.ToString());
    }
}
