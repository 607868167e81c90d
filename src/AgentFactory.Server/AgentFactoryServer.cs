using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Agents;
using AgentFactory.Server.Data;
using AgentFactory.Server.Keys;
using AgentFactory.Server.Models;
using AgentFactory.Server.Notebooks;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Chores;
using AgentFactory.Server.Platform.Health;
using AgentFactory.Server.Platform.Hosting;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.OpenApi;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Platform.Telemetry;
using AgentFactory.Server.Runs;
using AgentFactory.Server.Secrets;
using AgentFactory.Server.Sessions;
using AgentFactory.Server.Tenants;
using AgentFactory.Server.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server;

/// <summary>The composition root: every part by its name. Starting, stopping and disposing the application is the caller's.</summary>
internal static class AgentFactoryServer
{
    /// <summary>
    /// Takes the data folder and builds the server on it. Once it has started, the first start's owner key is in
    /// <see cref="Installation.OwnerKey"/> of its services.
    /// </summary>
    /// <param name="extend">Adds parts of the host's own, model providers say.</param>
    public static WebApplication Create(
        ServerOptions options, IStatementObserver? observer = null, Action<IServiceCollection>? extend = null)
    {
        var folder = DataFolder.Open(options.DataPath);
        try
        {
            return Build(options, folder, observer, extend);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static WebApplication Build(
        ServerOptions options, DataFolder folder, IStatementObserver? observer, Action<IServiceCollection>? extend)
    {
        // Empty: a file or a variable that happens to be around must not change what the server does, and nothing watches for one.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddLogs(options);
        builder.Listen(options, folder);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Time)
            .AddEmbeddedStore(folder, observer)
            .AddHttp(options)
            .AddTelemetry(options, builder.Configuration)
            .AddContract()
            .AddHealth()
            .AddTenants()
            .AddKeys()
            .AddSecrets()
            .AddModels(options)
            .AddTools(options)
            .AddAgents()
            .AddNotebooks()
            .AddSessions()
            .AddRuns()
            .AddHostedService<ChoreLoop>();

        extend?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseHttp();
        app.MapHealth();
        app.MapMetrics();
        app.MapContract();
        var v1 = app.MapGroup("/v1");
        v1.MapTenants();
        v1.MapData();
        v1.MapKeys();
        v1.MapSecrets();
        v1.MapModels();
        v1.MapTools();
        v1.MapAgents();
        v1.MapNotebooks();
        v1.MapSessions();
        v1.MapRuns();
        return app;
    }
}
