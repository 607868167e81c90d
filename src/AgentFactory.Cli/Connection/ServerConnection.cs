using System.Net.Http.Headers;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Connection;

/// <summary>The server a command speaks to: a named one, or that of the data folder. Commands can't tell which.</summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private static readonly Uri Local = new("http://agent-factory.local");
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient _http;
    private readonly FolderServer? _folder;

    private ServerConnection(HttpClient http, string name, FolderServer? folder)
    {
        _http = http;
        _folder = folder;
        Api = new ApiClient(http, name);
    }

    public ApiClient Api { get; }

    /// <summary>To the server at <paramref name="url"/>.</summary>
    public static ServerConnection To(string url, string? key)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CliException(ExitCodes.Invalid, $"'{url}' is not the URL of a server. It looks like https://agents.example.com.");
        if (address.PathAndQuery != "/" || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            throw new CliException(ExitCodes.Invalid, $"The URL of a server is its address alone: {address.Scheme}://{address.Authority}");
        // A redirect would turn a POST into a GET, and take the question to somebody the caller did not name.
        var http = Client(address, new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = ConnectTimeout });
        if (key is not null) http.DefaultRequestHeaders.Authorization = Bearer(key);
        return new ServerConnection(http, $"The server at {address.GetLeftPart(UriPartial.Authority)}", null);
    }

    /// <summary>To the server of a data folder, which is opened when the first request needs it.</summary>
    public static ServerConnection ToFolder(string dataPath, Func<string, string?> environment)
    {
        var folder = new FolderServer(dataPath, environment);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) => await folder.ConnectAsync(cancellationToken),
        };
        return new ServerConnection(Client(Local, handler), $"The process that has the data folder {dataPath} open", folder);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_folder is not null) await _folder.DisposeAsync();
    }

    private static AuthenticationHeaderValue Bearer(string key)
    {
        if (key.Length > 0 && key.All(c => c is > ' ' and <= '~')) return new AuthenticationHeaderValue("Bearer", key);
        throw new CliException(ExitCodes.Denied, "The key holds characters that no key has. Was it copied whole? It begins with af_.");
    }

    private static HttpClient Client(Uri address, HttpMessageHandler handler) =>
        new(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
}
