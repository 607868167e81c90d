using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Server;
using AgentFactory.Server.Platform.Access;
using Microsoft.AspNetCore.Connections;

namespace AgentFactory.Cli.Server;

/// <summary><c>serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Where to listen (default: AGENT_FACTORY_URLS, else http://127.0.0.1:8080); port 0 takes a free one",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new Command("serve", "Run the server").With(Urls).Does(ServeAsync)
        .Examples("serve", "serve --urls http://0.0.0.0:8080", "serve --data /var/lib/agent-factory");

    private static async Task ServeAsync(CommandContext context)
    {
        if (context.ServerUrl is not null) throw new CliException(ExitCodes.Invalid, "serve runs a server of its own: leave --server and AGENT_FACTORY_SERVER out.");
        var urls = context.Value(Urls) is { Length: > 0 } given ? given
            : Environment.GetEnvironmentVariable("AGENT_FACTORY_URLS")?.Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries) ?? ["http://127.0.0.1:8080"];
        await using var server = AgentFactoryServer.Create(new ServerOptions { DataPath = context.DataPath, Urls = urls });
        try
        {
            await server.StartAsync(context.CancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CliException(ExitCodes.Unavailable, $"{e.Message.TrimEnd('.')}. Stop what listens there, or name another address with --urls.");
        }
        finally
        {
            // Also when the start failed after it was made: it is in the data then, and won't be shown again.
            ShowOwnerKey(context, server.Services.GetRequiredService<Installation>());
        }
        foreach (var url in server.Urls.Where(u => !u.StartsWith("http://unix:", StringComparison.Ordinal))) context.Print.Line($"listening  {url}");
        context.Print.Line($"data       {context.DataPath}");
        await context.Print.Output.FlushAsync(context.CancellationToken);
        await server.WaitForShutdownAsync(context.CancellationToken);
    }

    private static void ShowOwnerKey(CommandContext context, Installation installation)
    {
        if (installation.OwnerKey is not { } key) return;
        context.Print.Line($"owner key  {key}");
        context.Print.Line("           It is shown this once. Keep it, or make another with: agent-factory key create NAME --scope '*'");
    }
}
