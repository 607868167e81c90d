using System.Net.Sockets;
using AgentFactory.Server.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>
/// The real server on a data folder of its own, with real sockets. Tests speak to it as its callers do: as the operator over the folder's
/// socket, with keys of tenants over TCP, or without a key.
/// </summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly TestAppOptions _options;
    private readonly List<HttpClient> _clients = [];
    private readonly Dictionary<string, TestTenant> _tenants = [];
    private WebApplication _app;

    private TestApp(TestAppOptions options, WebApplication app) => (_options, _app) = (options, app);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public string DataPath => _options.DataPath;

    /// <summary>The owner key that the first start showed; null after a restart.</summary>
    public string? OwnerKey => Services.GetRequiredService<Installation>().OwnerKey;

    /// <summary>For what no caller can do: reaching into the process, say to make something fail.</summary>
    public IServiceProvider Services => _app.Services;

    public HttpClient Anonymous => field ??= Client(new SocketsHttpHandler());

    /// <summary>Over the data folder's socket, without a key.</summary>
    public HttpClient Operator => field ??= Client(OverSocket());

    public static async Task<TestApp> StartAsync(TestAppOptions? options = null)
    {
        options ??= new TestAppOptions();
        var app = new TestApp(options, Create(options));
        await app.StartServingAsync();
        return app;
    }

    /// <summary>A tenant of this name, made when it is first used.</summary>
    public TestTenant Tenant(string name)
    {
        lock (_tenants)
        {
            if (!_tenants.TryGetValue(name, out var tenant)) _tenants[name] = tenant = new TestTenant(this, name);
            return tenant;
        }
    }

    public HttpClient WithKey(string key) => Client(new SocketsHttpHandler(), key);

    /// <summary>Stops in order and starts again on the same data.</summary>
    public async Task RestartAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = Create(_options);
        await StartServingAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_options.OwnsDataPath) Directory.Delete(_options.DataPath, recursive: true);
        Assert.Empty(_options.Plans.Faults);
    }

    internal HttpClient Client(HttpMessageHandler handler, string? key = null)
    {
        // The port changes with a restart; clients that were handed out follow it.
        var client = new HttpClient(new ToCurrentAddress(this) { InnerHandler = handler }) { BaseAddress = new Uri("http://agent-factory.test") };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        lock (_clients) _clients.Add(client);
        return client;
    }

    private static WebApplication Create(TestAppOptions options) => AgentFactoryServer.Create(
        new ServerOptions
        {
            DataPath = options.DataPath,
            Urls = ["http://127.0.0.1:0"],
            Environment = name => options.Environment.GetValueOrDefault(name),
            Log = options.Log,
            Time = options.Time,
        },
        options.Plans, options.Extend);

    private async Task StartServingAsync()
    {
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First(url => url.StartsWith("http://127.0.0.1", StringComparison.Ordinal)));
    }

    private SocketsHttpHandler OverSocket() => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(
                new UnixDomainSocketEndPoint(Services.GetRequiredService<Engines.Embedded.DataFolder>().SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    private sealed class ToCurrentAddress(TestApp app) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(app.Address, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
