using System.CommandLine;
using System.Net.Sockets;
using AgentFactory.Cli.Connection;
using AgentFactory.Core;

namespace AgentFactory.Cli.CommandLine;

/// <summary>One invocation: its arguments, its output, and the server it speaks to, opened when first needed.</summary>
internal sealed class CommandContext(ParseResult result, CancellationToken cancellationToken) : IAsyncDisposable
{
    private ServerConnection? _connection;

    public CancellationToken CancellationToken => cancellationToken;
    public bool Json => result.GetValue(GlobalOptions.Json);
    public Printer Print { get; } = new(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);

    /// <summary>The folder that <c>--data</c>, the environment or the system's custom names.</summary>
    public string DataPath => DataPaths.Resolve(result.GetValue(GlobalOptions.Data));

    /// <summary>The server that <c>--server</c> or the environment names; null when the data folder is meant.</summary>
    public string? ServerUrl => result.GetValue(GlobalOptions.Server) ?? NotEmpty(Environment.GetEnvironmentVariable("AGENT_FACTORY_SERVER"));

    public T? Value<T>(Argument<T> argument) => result.GetValue(argument);

    public T? Value<T>(Option<T> option) => result.GetValue(option);

    public T Required<T>(Argument<T> argument) => result.GetRequiredValue(argument);

    public T Required<T>(Option<T> option) => result.GetRequiredValue(option);

    /// <summary>The API of the server that this command speaks to.</summary>
    public async Task<ApiClient> ConnectAsync()
    {
        var key = result.GetValue(GlobalOptions.Key) ?? NotEmpty(Environment.GetEnvironmentVariable("AGENT_FACTORY_KEY"));
        _connection ??= await ServerConnection.OpenAsync(ServerUrl, key, DataPath, cancellationToken);
        return _connection.Api;
    }

    public async Task<int> RunAsync(Func<CommandContext, Task<int>> action)
    {
        try
        {
            return await action(this);
        }
        catch (CliException e)
        {
            return Fail(e.ExitCode, e.Message);
        }
        catch (AgentFactoryException e)
        {
            return Fail(ExitCodes.OfStatus(e.Code.Status), e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return Fail(ExitCodes.Unavailable, $"The server at {ServerUrl ?? DataPath} does not answer: {e.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync();
    }

    private int Fail(int code, string message)
    {
        Print.Error(message);
        return code;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
