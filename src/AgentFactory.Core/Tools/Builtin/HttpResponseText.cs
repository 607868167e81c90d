using System.Buffers;
using System.Net.Http.Headers;
using System.Text;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>Reads an answer as text, as far as a limit, and only if it is text.</summary>
internal static class HttpResponseText
{
    private static readonly string[] TextTypes =
    [
        "application/json", "application/xml", "application/javascript", "application/x-javascript", "application/ecmascript",
        "application/yaml", "application/x-yaml", "application/x-www-form-urlencoded", "application/x-ndjson", "application/jsonl",
        "application/csv", "application/toml", "application/graphql", "application/sql", "image/svg+xml",
    ];

    public static async Task<string> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        var type = response.Content.Headers.ContentType;
        if (type is not null && !IsText(type)) return $"[binary content of type {type.MediaType}, not shown]";
        var (bytes, cut) = await ReadBytesAsync(response, limit, cancellationToken);
        if (type is null && Array.IndexOf(bytes, (byte)0) >= 0) return "[binary content without a type, not shown]";
        var text = Charset(type).GetString(bytes);
        return cut ? text.TrimEnd('\ufffd') + $"\n[cut: the first {limit} bytes]" : text;
    }

    private static bool IsText(MediaTypeHeaderValue type) => type.MediaType is { } name
        && (name.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("+xml", StringComparison.OrdinalIgnoreCase)
            || TextTypes.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static async Task<(byte[] Bytes, bool Cut)> ReadBytesAsync(
        HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var kept = new ArrayBufferWriter<byte>();
        while (kept.WrittenCount <= limit)
        {
            var read = await stream.ReadAsync(kept.GetMemory(16 << 10), cancellationToken);
            if (read == 0) return (kept.WrittenSpan.ToArray(), false);
            kept.Advance(read);
        }
        return (kept.WrittenSpan[..limit].ToArray(), true);
    }

    private static Encoding Charset(MediaTypeHeaderValue? type)
    {
        try
        {
            return type?.CharSet is { } name ? Encoding.GetEncoding(name.Trim('"', '\'')) : Encoding.UTF8;
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8; // a name nobody knows: most of the web is UTF-8 whatever it says
        }
    }
}
