using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Notebooks;

/// <summary>
/// A notebook goes in, and the agents and tools it holds become the tenant's. Nothing of it is run. What is kept is the conversion:
/// what was found, where, and what was not; the file itself is not kept. Converting a notebook of the same name again brings its
/// agents and tools up to date.
/// </summary>
internal static class NotebooksSlice
{
    public static IServiceCollection AddNotebooks(this IServiceCollection services) => services
        .AddSingleton<NotebooksOptions>()
        .AddSingleton<ConversionLine>()
        .AddSingleton<InstallNotebook>();

    public static void MapNotebooks(this IEndpointRouteBuilder v1) => NotebookEndpoints.Map(v1.MapNoun("notebooks"));
}
