using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentFactory.Core.Tests.Models;

/// <summary>A provider on a real socket that answers with exactly the bytes a test wants, broken ones included.</summary>
internal sealed class FakeUpstream : IAsyncDisposable
{
    private static ReadOnlySpan<byte> Head =>
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Func<Stream, CancellationToken, Task<bool>>> _script = new();
    private readonly Task _loop;

    public FakeUpstream()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri BaseUrl => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>What was sent: the head and the body of each request.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = new();

    public int Connections { get; private set; }

    /// <summary>A whole answer with a JSON body; the connection stays open.</summary>
    public FakeUpstream Json(string body, int status = 200, string headers = "")
    {
        var length = Encoding.UTF8.GetByteCount(body);
        var head = $"HTTP/1.1 {status} Fake\r\nContent-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n";
        return Bytes(head + body, keep: true);
    }

    /// <summary>A stream of events, closed at the end as it should be.</summary>
    public FakeUpstream Events(params string[] data) => Chunks([.. data.Select(d => Encoding.UTF8.GetBytes($"data: {d}\n\n"))]);

    /// <summary>A stream of raw pieces, each in a network packet of its own.</summary>
    public FakeUpstream Chunks(IReadOnlyList<byte[]> pieces, bool complete = true) => Script(async (stream, cancellationToken) =>
    {
        await stream.WriteAsync(Head.ToArray(), cancellationToken);
        foreach (var piece in pieces)
        {
            var size = piece.Length.ToString("x", CultureInfo.InvariantCulture);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(size + "\r\n"), cancellationToken);
            await stream.WriteAsync(piece, cancellationToken);
            await stream.WriteAsync("\r\n"u8.ToArray(), cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        if (complete) await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
        return complete;
    });

    public FakeUpstream Bytes(string raw, bool keep = false) => Script(async (stream, cancellationToken) =>
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(raw), cancellationToken);
        return keep;
    });

    /// <summary>Reads the request and says nothing until the test is over.</summary>
    public FakeUpstream Silence() => Script(async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return false;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private FakeUpstream Script(Func<Stream, CancellationToken, Task<bool>> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Connections++;
                open.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await ReadAsync(stream) is { } request && _script.TryDequeue(out var answer))
            {
                Requests.Enqueue(request);
                if (!await answer(stream, _stop.Token)) break;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test is over or its client hung up.
        }
    }

    private async Task<(string Head, string Body)?> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            head.Append((char)one[0]);
        }
        var length = head.ToString().Split("\r\n").First(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[int.Parse(length.Split(':')[1], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return (head.ToString(), Encoding.UTF8.GetString(body));
    }
}
