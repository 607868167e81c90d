using AgentFactory.Core.Agents;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Agents;

/// <summary>
/// An agent is a name and a row of immutable versions, one of which is published: that one answers. A version keeps its definition and its
/// tools as they were, so a run can always be understood. Publishing moves the pointer forward, a rollback moves it back through the
/// history of publications, and a deleted agent gives its name back while its versions stay for the runs that used them.
/// </summary>
internal static class AgentsSlice
{
    public static IServiceCollection AddAgents(this IServiceCollection services) => services
        .AddSingleton<AgentStore>()
        .AddSingleton<AgentChanges>()
        .AddSingleton<AgentCatalog>()
        .AddSingleton<IAgentCatalog>(provider => provider.GetRequiredService<AgentCatalog>());

    public static void MapAgents(this IEndpointRouteBuilder v1) => AgentEndpoints.Map(v1.MapNoun("agents"));
}
