using System.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Core;

namespace AgentFactory.Cli.CommandLine;

/// <summary>One invocation: its arguments, its output, and the server it speaks to, opened when first needed.</summary>
internal sealed class CommandContext : IAsyncDisposable
{
    private readonly ParseResult _result;
    private ServerConnection? _connection;

    private CommandContext(ParseResult result, CancellationToken cancellationToken)
    {
        _result = result;
        CancellationToken = cancellationToken;
        Terminal = (Terminal)result.InvocationConfiguration;
        Print = new Printer(Terminal);
    }

    public CancellationToken CancellationToken { get; }
    public Terminal Terminal { get; }
    public Printer Print { get; }
    public bool Json => _result.GetValue(GlobalOptions.Json);

    /// <summary>The folder that <c>--data</c>, the environment or the system's custom names.</summary>
    public string DataPath => DataPaths.Resolve(_result.GetValue(GlobalOptions.Data), Terminal);

    /// <summary>The server that <c>--server</c> or the environment names; null when the data folder is meant.</summary>
    public string? ServerUrl => _result.GetValue(GlobalOptions.Server) ?? Terminal.Variable("AGENT_FACTORY_SERVER");

    public T? Value<T>(Argument<T> argument) => _result.GetValue(argument);

    public T? Value<T>(Option<T> option) => _result.GetValue(option);

    public T Required<T>(Argument<T> argument) => _result.GetRequiredValue(argument);

    public T Required<T>(Option<T> option) => _result.GetRequiredValue(option);

    /// <summary>The API of the server that this command speaks to.</summary>
    public ApiClient Connect()
    {
        var key = _result.GetValue(GlobalOptions.Key);
        if (key is not null && ServerUrl is null)
            throw new CliException(ExitCodes.Invalid, "--key is for a server: name it with --server. On a data folder no key is needed.");
        key ??= Terminal.Variable("AGENT_FACTORY_KEY");
        _connection ??= ServerUrl is { } url
            ? ServerConnection.To(url, key)
            : ServerConnection.ToFolder(DataPath, Terminal.Environment);
        return _connection.Api;
    }

    /// <summary>Runs <paramref name="action"/>; whatever ends it becomes an exit code and a line or two on the error stream.</summary>
    public static async Task<int> RunAsync(
        ParseResult result, Func<CommandContext, Task<int>> action, CancellationToken cancellationToken)
    {
        var context = new CommandContext(result, cancellationToken);
        try
        {
            await using (context) return await action(context);
        }
        catch (CliException e)
        {
            return context.Fail(e.ExitCode, e.Message);
        }
        catch (AgentFactoryException e)
        {
            return context.Fail(ExitCodes.OfStatus(e.Code.Status), e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Fail(ExitCodes.Failed, e.Message);
        }
        catch (Exception e)
        {
            context.Fail(ExitCodes.Internal, $"This is a defect of agent-factory, please report it: {e.GetType().Name}: {e.Message}");
            if (context.Terminal.Variable("AGENT_FACTORY_LOG") is "debug" or "trace") context.Print.Note(e.ToString());
            else context.Print.Note("AGENT_FACTORY_LOG=debug shows where it happened.");
            return ExitCodes.Internal;
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
}
