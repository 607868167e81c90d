using System.Net.Http.Headers;
using System.Net.Sockets;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server;

namespace AgentFactory.Cli.Connection;

/// <summary>
/// The server a command speaks to: a named one, the owner of the data folder through its socket, or one that this process starts for the
/// length of the command. Commands can't tell which.
/// </summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private static readonly Uri Local = new("http://agent-factory.local");

    private readonly HttpClient _http;
    private readonly WebApplication? _own;

    private ServerConnection(HttpClient http, WebApplication? own)
    {
        _http = http;
        _own = own;
        Api = new ApiClient(http);
    }

    public ApiClient Api { get; }

    /// <param name="url">Null for the data folder.</param>
    public static async Task<ServerConnection> OpenAsync(string? url, string? key, string dataPath, CancellationToken cancellationToken)
    {
        if (url is not null) return new ServerConnection(Remote(url, key), null);
        if (DataFolder.FindOwner(dataPath) is { } owner) return new ServerConnection(OverSocket(owner.SocketPath), null);
        try
        {
            return await StartAsync(dataPath, cancellationToken);
        }
        catch (AgentFactoryException e) when (e.Code == ErrorCodes.DataFolderBusy && DataFolder.FindOwner(dataPath) is { } other)
        {
            // Two commands began at once, and the other one has the folder now.
            return new ServerConnection(OverSocket(other.SocketPath), null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_own is null) return;
        await _own.StopAsync(CancellationToken.None);
        await _own.DisposeAsync();
    }

    private static async Task<ServerConnection> StartAsync(string dataPath, CancellationToken cancellationToken)
    {
        var server = AgentFactoryServer.Create(new ServerOptions { DataPath = dataPath });
        try
        {
            await server.StartAsync(cancellationToken);
            return new ServerConnection(OverSocket(server.Services.GetRequiredService<DataFolder>().SocketPath), server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static HttpClient Remote(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(ExitCodes.Invalid, $"'{url}' is not a URL of a server. It looks like https://agents.example.com.");
        var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static HttpClient OverSocket(string path) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        BaseAddress = Local,
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
