using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary><c>http_request</c>: one request to the public internet, the answer as text.</summary>
internal sealed class HttpRequestTool(HttpClient client) : IBuiltinTool
{
    public const string Name = "http_request";

    /// <summary>The most that is read of an answer, after decompression.</summary>
    public const int MaxResponseBytes = 200_000;

    private const int MaxHeaderCharacters = 8_000;

    // What the connection itself says, and what would say it twice.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Expect", "Keep-Alive",
        "Proxy-Authorization", "Proxy-Connection", "Accept-Encoding",
    };

    public ToolDefinition Definition { get; } = new()
    {
        Name = Name,
        Description = "Sends an HTTP request to a public http or https address and returns the status, the headers and the text "
            + "of the answer. Binary answers are not returned; long ones are cut.",
        Kind = ToolKind.Builtin,
        Effect = ToolEffect.Once,
        TimeoutSeconds = 30,
        Parameters = BuiltinArguments.Schema("""
            {
              "type": "object",
              "properties": {
                "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
                "url": {
                  "type": "string", "minLength": 8, "maxLength": 8000, "description": "The full address, beginning with https:// or http://"
                },
                "headers": {
                  "type": "object", "maxProperties": 50, "additionalProperties": {"type": "string", "maxLength": 8000},
                  "propertyNames": {"pattern": "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$"}
                },
                "body": {
                  "type": ["string", "object", "array"], "maxLength": 262144,
                  "description": "Text is sent as it is; an object or a list is sent as JSON"
                }
              },
              "required": ["url"],
              "additionalProperties": false
            }
            """),
    };

    public async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        using var request = Request(call);
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var text = await HttpResponseText.ReadAsync(response, MaxResponseBytes, cancellationToken);
            return new ToolResult(Written(response, text), IsError: (int)response.StatusCode >= 400);
        }
        catch (HttpRequestException e)
        {
            throw BuiltinArguments.Mistake($"The request to {request.RequestUri!.Host} failed: {Reason(e)}.", "url");
        }
        catch (IOException)
        {
            throw BuiltinArguments.Mistake($"The connection to {request.RequestUri!.Host} broke in the middle of the answer.", "url");
        }
    }

    private static HttpRequestMessage Request(ToolCall call)
    {
        var url = call.Arguments.Text("url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw BuiltinArguments.Mistake("The url is not a full address. Begin it with https:// or http://.", "url");
        var method = HttpMethod.Parse(call.Arguments.Text("method", "GET"));
        var request = new HttpRequestMessage(method, uri) { Content = Body(call.Arguments) };
        if (method == HttpMethod.Get && request.Content is not null) throw BuiltinArguments.Mistake("A GET request has no body.", "body");
        if (call.Arguments.TryGetProperty("headers", out var headers))
        {
            foreach (var header in headers.EnumerateObject()) Add(request, header.Name, header.Value.GetString()!);
        }
        request.Headers.TryAddWithoutValidation("User-Agent", "agent-factory");
        if (method != HttpMethod.Get && method != HttpMethod.Head && !request.Headers.Contains("Idempotency-Key"))
            request.Headers.TryAddWithoutValidation("Idempotency-Key", call.IdempotencyKey);
        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (Reserved.Contains(name))
            throw BuiltinArguments.Mistake($"The header {name} is set by the connection and can't be given.", "headers");
        if (value.Any(char.IsControl))
            throw BuiltinArguments.Mistake($"The header {name} holds a line break or another control character.", "headers");
        if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        {
            if (request.Content is null) return;
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
        else
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static StringContent? Body(JsonElement arguments)
    {
        if (!arguments.TryGetProperty("body", out var body)) return null;
        return body.ValueKind == JsonValueKind.String
            ? new StringContent(body.GetString()!, Encoding.UTF8, "text/plain")
            : new StringContent(body.GetRawText(), Encoding.UTF8, "application/json");
    }

    private static string Written(HttpResponseMessage response, string text)
    {
        var head = new StringBuilder($"HTTP {(int)response.StatusCode} {response.ReasonPhrase}\n");
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            // A session with the other side is none of the model's business, and would be gone with the next call.
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)) head.Append($"{name}: {string.Join(", ", values)}\n");
        }
        if (head.Length > MaxHeaderCharacters) head.Remove(MaxHeaderCharacters, head.Length - MaxHeaderCharacters).Append("…\n");
        return head.Append('\n').Append(text).ToString();
    }

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "there is no such host",
        HttpRequestError.ConnectionError => Reason((e.InnerException as SocketException)?.SocketErrorCode),
        HttpRequestError.SecureConnectionError => "the secure connection could not be made; the certificate may not be valid",
        HttpRequestError.ConfigurationLimitExceeded => "the answer's headers are too large",
        _ => "the other side broke the protocol or the connection",
    };

    private static string Reason(SocketError? error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData => "there is no such host",
        SocketError.ConnectionRefused => "the connection was refused",
        _ => "no connection could be made",
    };
}
