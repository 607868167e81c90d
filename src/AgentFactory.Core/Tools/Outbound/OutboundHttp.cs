using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AgentFactory.Core.Tools.Outbound;

/// <summary>
/// The one way out for tools: an HTTP client that reaches the public internet and what the operator allows, and nothing else. Names are
/// resolved here, every address is checked, and the connection goes to a checked one; redirects go the same way. It takes no proxy from
/// the environment, keeps no cookies and sends no trace headers. Thread-safe; make one, since it holds the connections.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly OutboundRules _rules;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    public OutboundHttp(OutboundRules rules) : this(rules, Dns.GetHostAddressesAsync)
    {
    }

    /// <param name="resolve">Turns a host name into its addresses.</param>
    internal OutboundHttp(OutboundRules rules, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _rules = rules;
        _resolve = resolve;
        Client = new HttpClient(new OutboundHandler(Connections()), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Sends to <c>http</c> and <c>https</c> only. A refused address or scheme is an <see cref="AgentFactoryException"/>. Has no timeout
    /// of its own besides the one for connecting: the caller's token ends a call.
    /// </summary>
    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();

    private SocketsHttpHandler Connections() => new()
    {
        ConnectCallback = ConnectAsync,
        ConnectTimeout = ConnectTimeout,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        MaxResponseHeadersLength = 64,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        // One bad address condemns the name: whoever answers with a public and a private one is trying which of them is taken.
        if (addresses.Length == 0 || (!_rules.Allows(host) && !addresses.All(_rules.Allows))) throw Refused(host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static AgentFactoryException Refused(string host) => new(
        ErrorCodes.Invalid,
        $"'{host}' was not contacted: it is not on the public internet. The operator of the server can allow the host or its range.",
        "url");
}
