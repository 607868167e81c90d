using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FakeModel;

/// <summary>One parsed request and the ways to answer it (whole JSON, or server-sent events).</summary>
internal sealed class ModelCall : IDisposable
{
    public const string FinalText = "The answer is 42. This text is fixed, so that runs can be compared.";
    public const long Created = 1_700_000_000;

    private readonly HttpContext _http;
    private readonly JsonDocument _doc;
    private readonly ArrayBufferWriter<byte> _frame = new(512);

    private ModelCall(HttpContext http, JsonDocument doc, ulong hash, int bytes, FakeModelOptions options)
    {
        (_http, _doc, Id, BodyBytes, Options) = (http, doc, hash.ToString("x16"), bytes, options);
        LatencyMs = http.Request.RouteValues.TryGetValue("latency", out var v) && int.TryParse(v as string, out var ms)
            ? ms : options.LatencyMs;
    }

    public JsonElement Body => _doc.RootElement;
    public FakeModelOptions Options { get; }
    public string Id { get; }
    public int BodyBytes { get; }
    public int LatencyMs { get; }
    public CancellationToken Aborted => _http.RequestAborted;
    public string Model => Body.TryGetProperty("model", out var m) && m.ValueKind == JsonValueKind.String ? m.GetString()! : "fake";
    public bool Stream => Body.TryGetProperty("stream", out var s) && s.ValueKind == JsonValueKind.True;
    public int PromptTokens => Math.Max(1, BodyBytes / 4);

    public static async Task<ModelCall?> ReadAsync(HttpContext http, FakeModelOptions options)
    {
        using var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 4096));
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        try
        {
            // The copy lets the document outlive the buffer.
            var doc = JsonDocument.Parse(bytes.ToArray());
            if (doc.RootElement.ValueKind == JsonValueKind.Object)
                return new ModelCall(http, doc, Fnv1A(bytes.Span), bytes.Length, options);
            doc.Dispose();
        }
        catch (JsonException) { }
        return null;
    }

    public async Task JsonAsync(Action<Utf8JsonWriter> write)
    {
        _frame.Clear();
        using (var w = new Utf8JsonWriter(_frame)) write(w);
        _http.Response.ContentType = "application/json";
        _http.Response.ContentLength = _frame.WrittenCount;
        await _http.Response.Body.WriteAsync(_frame.WrittenMemory, Aborted);
    }

    public void StartEvents()
    {
        _http.Response.ContentType = "text/event-stream; charset=utf-8";
        _http.Response.Headers.CacheControl = "no-cache";
    }

    /// <summary>One SSE frame; <paramref name="name"/> adds an "event:" line, as Anthropic and Responses use.</summary>
    public async Task EventAsync(string? name, Action<Utf8JsonWriter> write)
    {
        _frame.Clear();
        if (name is not null) { _frame.Write("event: "u8); _frame.Write(Encoding.UTF8.GetBytes(name)); _frame.Write("\n"u8); }
        _frame.Write("data: "u8);
        using (var w = new Utf8JsonWriter(_frame)) write(w);
        _frame.Write("\n\n"u8);
        await _http.Response.Body.WriteAsync(_frame.WrittenMemory, Aborted);
        await _http.Response.Body.FlushAsync(Aborted);
    }

    public async Task RawEventAsync(string data) =>
        await _http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("data: " + data + "\n\n"), Aborted);

    /// <summary>The text cut into at most Options.Chunks pieces, with the configured pause before each but the first.</summary>
    public async IAsyncEnumerable<string> PiecesAsync(string text)
    {
        var size = Math.Max(1, (text.Length + Options.Chunks - 1) / Options.Chunks);
        for (var i = 0; i < text.Length; i += size)
        {
            if (i > 0 && Options.ChunkMs > 0) await Task.Delay(Options.ChunkMs, Aborted);
            yield return text.Substring(i, Math.Min(size, text.Length - i));
        }
    }

    public void Dispose() => _doc.Dispose();

    private static ulong Fnv1A(ReadOnlySpan<byte> data)
    {
        var h = 14695981039346656037UL;
        foreach (var b in data) h = (h ^ b) * 1099511628211UL;
        return h;
    }
}
