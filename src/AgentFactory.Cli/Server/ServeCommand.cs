using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Server;
using AgentFactory.Server.Platform.Access;

namespace AgentFactory.Cli.Server;

/// <summary><c>serve</c>: the server, until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    private static readonly Option<string[]> Urls = new("--urls")
    {
        Description = "Where to listen (default: AGENT_FACTORY_URLS, else http://127.0.0.1:8080); port 0 takes a free one",
        HelpName = "URL",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new Command("serve", "Run the server until Ctrl-C").With(Urls).Does(ServeAsync)
        .Examples("serve", "serve --urls http://0.0.0.0:8080", "serve --data /var/lib/agent-factory");

    private static async Task ServeAsync(CommandContext context)
    {
        if (context.ServerUrl is not null)
            throw new CliException(ExitCodes.Invalid, "serve runs a server of its own: leave --server and AGENT_FACTORY_SERVER out.");
        var options = new ServerOptions
        {
            DataPath = context.DataPath,
            Urls = UrlsOf(context),
            Environment = context.Terminal.Environment,
        };
        await using var server = AgentFactoryServer.Create(options, extend: FolderServer.WithoutSignals);
        await StartAsync(context, server, options.Urls);
        Tell(context, server);
        await server.WaitForShutdownAsync(context.CancellationToken);
    }

    private static string[] UrlsOf(CommandContext context)
    {
        if (context.Value(Urls) is { Length: > 0 } given) return given;
        var set = (context.Terminal.Variable("AGENT_FACTORY_URLS") ?? "").Split([' ', ';', ','], StringSplitOptions.RemoveEmptyEntries);
        return set.Length > 0 ? set : [DefaultUrl];
    }

    private static async Task StartAsync(CommandContext context, WebApplication server, IReadOnlyList<string> addresses)
    {
        try
        {
            await server.StartAsync(context.CancellationToken);
        }
        catch (IOException e)
        {
            // It is in the data by now, and will not be shown again.
            if (KeyOf(server) is { } key) context.Print.Line($"owner key  {key}");
            var urls = string.Join(" and ", addresses);
            throw new CliException(ExitCodes.Unavailable,
                $"Cannot listen on {urls}: {e.Message} Choose another address with --urls; port 0 takes a free one.");
        }
    }

    private static void Tell(CommandContext context, WebApplication server)
    {
        var key = KeyOf(server);
        var urls = server.Urls.Where(url => !url.StartsWith("http://unix:", StringComparison.Ordinal)).ToList();
        if (context.Json)
        {
            context.Print.JsonLine(new { owner_key = key, urls, data = context.DataPath });
            return;
        }
        if (key is not null)
        {
            context.Print.Line($"owner key  {key}");
            context.Print.Line(
                "           It is shown this once. Keep it, or make another with: agent-factory key create NAME --scope '*'");
        }
        foreach (var url in urls) context.Print.Line($"listening  {url}");
        context.Print.Line($"data       {context.DataPath}");
        context.Terminal.Output.Flush();
    }

    private static string? KeyOf(WebApplication server) => server.Services.GetRequiredService<Installation>().OwnerKey;
}
