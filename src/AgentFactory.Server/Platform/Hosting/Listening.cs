using System.Net;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Platform.Hosting;

/// <summary>Where the server listens: always on the data folder's socket, and on the addresses it was given.</summary>
internal static class Listening
{
    /// <summary>How long a stop waits for requests that are under way.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public static void Listen(this WebApplicationBuilder builder, ServerOptions options, DataFolder folder)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Grace);
        var addresses = options.Urls.Select(Parse).ToList();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Http.BodyLimit.DefaultBytes;
            File.Delete(folder.SocketPath);
            kestrel.ListenUnixSocket(folder.SocketPath, OperatorConnection.MarkAll);
            foreach (var (host, port) in addresses) Listen(kestrel, host, port);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string host, int port)
    {
        if (IPAddress.TryParse(host, out var address)) kestrel.Listen(address, port);
        // One address where the port is to be chosen: two listeners would choose two.
        else if (host == "localhost" && port == 0) kestrel.Listen(IPAddress.Loopback, 0);
        else if (host == "localhost") kestrel.ListenLocalhost(port);
        else kestrel.ListenAnyIP(port);
    }

    private static (string Host, int Port) Parse(string url)
    {
        // * and + mean every address, as elsewhere in .NET; Uri knows neither.
        var text = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            throw new AgentFactoryException(ErrorCodes.Invalid,
                $"{url} is not an address to listen on. Use http://HOST:PORT, for example http://127.0.0.1:8080; "
                + "TLS belongs to the proxy in front.", "urls");
        return (uri.Host.Trim('[', ']'), uri.Port);
    }
}
