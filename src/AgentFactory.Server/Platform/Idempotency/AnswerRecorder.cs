using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>
/// Holds an answer back while it is written, so that it is kept before the client sees a byte of it. An answer that turns out to be a
/// stream is let through instead.
/// </summary>
internal sealed class AnswerRecorder : IDisposable
{
    /// <summary>Bytes of an answer that are kept.</summary>
    public const int MostBytes = 4 << 20;

    private static readonly string[] KeptHeaders = ["Content-Type", "Location", "ETag", "Retry-After", "Cache-Control"];

    private readonly HttpContext _context;
    private readonly IHttpResponseBodyFeature _client;
    private readonly MemoryStream _held = new();

    public AnswerRecorder(HttpContext context)
    {
        _context = context;
        _client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_held));
    }

    /// <summary>True once the answer goes straight to the client.</summary>
    public bool IsLetThrough { get; private set; }

    public void LetThrough()
    {
        _context.Features.Set(_client);
        IsLetThrough = true;
    }

    /// <summary>Flushes what the handler wrote through a PipeWriter into the held bytes.</summary>
    public Task CompleteAsync() => _context.Response.CompleteAsync();

    public ReadOnlyMemory<byte> Body => _held.GetBuffer().AsMemory(0, (int)_held.Length);

    public string HeadersAsJson()
    {
        var headers = KeptHeaders
            .Where(name => _context.Response.Headers.ContainsKey(name))
            .ToDictionary(name => name, name => _context.Response.Headers[name].ToString());
        return JsonSerializer.Serialize(headers);
    }

    /// <summary>What goes wrong is answered past the recorder.</summary>
    public void Dispose()
    {
        if (!IsLetThrough) LetThrough();
        _held.Dispose();
    }

    /// <summary>Sends what was held back.</summary>
    public async Task SendAsync()
    {
        LetThrough();
        if (Body.Length > 0) await _context.Response.Body.WriteAsync(Body, _context.RequestAborted);
    }
}
