using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tools;

/// <summary>
/// A tool is something an agent may do: a Python function that runs in a sandbox, another agent, or one of the built-in ones, which every
/// tenant has and nobody changes. An agent's version keeps its tools as they were when it was made, so changing or deleting a tool
/// changes no version.
/// </summary>
internal static class ToolsSlice
{
    public static IServiceCollection AddTools(this IServiceCollection services) => services
        .AddSingleton(new BuiltinToolRows([]))
        .AddSingleton<ToolStore>()
        .AddSingleton<ToolInvoker>();

    public static void MapTools(this IEndpointRouteBuilder v1) => ToolEndpoints.Map(v1.MapNoun("tools"));
}
