using AgentFactory.Core.Tools;
using AgentFactory.Core.Tools.Builtin;
using AgentFactory.Core.Tools.Outbound;
using AgentFactory.Engines.Sandbox;
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
    /// <summary>The built-in tools, Python in its sandbox, and what invokes them. A faulty setting stops the start.</summary>
    public static IServiceCollection AddTools(this IServiceCollection services, ServerOptions options)
    {
        var settings = ToolsOptions.Read(options.Environment);
        return services
            .AddSingleton(_ => new OutboundHttp(settings.Outbound))
            .AddSingleton<BuiltinTools>()
            .AddSingleton<IToolRunner>(provider => provider.GetRequiredService<BuiltinTools>())
            .AddSingleton<ISandbox>(_ => new BubblewrapSandbox(settings.Sandbox, options.Time))
            .AddSingleton<IToolRunner, PythonToolRunner>()
            .AddSingleton<ToolInvoker>()
            .AddSingleton(provider => new BuiltinToolRows(provider.GetRequiredService<BuiltinTools>().Definitions))
            .AddSingleton<ToolStore>();
    }

    public static void MapTools(this IEndpointRouteBuilder v1) => ToolEndpoints.Map(v1.MapNoun("tools"));
}
