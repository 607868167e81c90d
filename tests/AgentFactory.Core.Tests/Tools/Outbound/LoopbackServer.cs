using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AgentFactory.Core.Tests.Tools.Outbound;

/// <summary>A web server of a few lines: it hands each request's text to a function and writes back the bytes it gets.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, byte[]> _answer;

    public LoopbackServer(Func<string, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = ServeAsync();
    }

    public LoopbackServer(Func<string, string> answer) : this(request => Encoding.UTF8.GetBytes(answer(request)))
    {
    }

    public int Port { get; }
    public List<string> Requests { get; } = [];

    public static string Ok(string body, string headers = "Content-Type: text/plain\r\n") => Answer("200 OK", body, headers);

    public static string Redirect(string location, string status = "302 Found") => Answer(status, "", $"Location: {location}\r\n");

    public static string Answer(string status, string body, string headers) =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true) await AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                lock (Requests) Requests.Add(request);
                await stream.WriteAsync(_answer(request));
            }
            catch (IOException)
            {
                // The client went away in the middle, as a cut answer makes it.
            }
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && text.Length - end - 4 >= Length(text.ToString()))) return text.ToString();
        }
    }

    private static int Length(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
