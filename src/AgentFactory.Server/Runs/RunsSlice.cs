using AgentFactory.Core.Agents;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Health;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Runs;

/// <summary>
/// A run is one answer of an agent, from the question to the end: an append-only list of events, carried forward by whoever holds its
/// lease. Callers wait for it, leave it, or follow its events; however they take it, it is the same run on the same path. What is here
/// makes runs durable (the journal), keeps them going (the loop) and shows them (the reader, the stream); what a run does is decided in
/// Core.
/// </summary>
internal static class RunsSlice
{
    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<RunsOptions>()
        .AddSingleton<IRunJournal, RunJournal>()
        .AddSingleton<ModelSteps>()
        .AddSingleton<ToolSteps>()
        .AddSingleton<RunServices>()
        .AddSingleton<RunHost>()
        // Late, because the host needs the tools and this tool needs the host.
        .AddSingleton<IToolRunner>(p => new AgentToolRunner(
            p.GetRequiredService<IRunJournal>(), p.GetRequiredService<IAgentCatalog>(), p.GetRequiredService<RunHost>,
            p.GetRequiredService<TimeProvider>()))
        .AddSingleton<RunReader>()
        .AddSingleton<StartRun>()
        .AddSingleton<RunStream>()
        .AddSingleton<IStreamReplay>(p => p.GetRequiredService<RunStream>())
        .AddSingleton<RunLoop>()
        .AddSingleton<IReadinessProbe>(p => p.GetRequiredService<RunLoop>())
        .AddHostedService(p => p.GetRequiredService<RunLoop>());

    public static void MapRuns(this IEndpointRouteBuilder v1) => RunEndpoints.Map(v1.MapNoun("runs"));
}
