using System.Net.Sockets;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFactory.Cli.Connection;

/// <summary>
/// The way to a data folder's server: the process that owns the folder, or, when none does, this one, which then serves until it is
/// disposed. The owner may be a command like this one and end at any moment: each new connection looks again.
/// </summary>
internal sealed class FolderServer(string dataPath, Func<string, string?> environment) : IAsyncDisposable
{
    /// <summary>How often an owner that does not answer is tried, a tenth of a second apart: it may be starting or ending.</summary>
    private const int MostTries = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private WebApplication? _own;

    /// <summary>Makes a server leave the process's signals alone: a command has them.</summary>
    public static void WithoutSignals(IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());

    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await ConnectAsync(await FindSocketAsync(cancellationToken), cancellationToken);
                }
                catch (Exception e) when (tries < MostTries && MayPass(e))
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _oneAtATime.Dispose();
        if (_own is null) return;
        await _own.StopAsync(CancellationToken.None);
        await _own.DisposeAsync();
    }

    private static bool MayPass(Exception e) =>
        e is SocketException || (e is AgentFactoryException refusal && refusal.Code == ErrorCodes.DataFolderBusy);

    private async Task<string> FindSocketAsync(CancellationToken cancellationToken)
    {
        if (_own is null && DataFolder.FindOwner(dataPath) is { } owner) return owner.SocketPath;
        _own ??= await StartAsync(cancellationToken);
        return _own.Services.GetRequiredService<DataFolder>().SocketPath;
    }

    private async Task<WebApplication> StartAsync(CancellationToken cancellationToken)
    {
        var options = new ServerOptions { DataPath = dataPath, Environment = environment };
        var server = AgentFactoryServer.Create(options, extend: WithoutSignals);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
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
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
