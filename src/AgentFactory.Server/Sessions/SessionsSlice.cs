using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Sessions;

/// <summary>
/// A session is a conversation with one agent. It holds nothing itself: its messages are those of its ended runs, tool calls and results
/// included, and each new run in it reads them. One run at a time, so that the history stands still while a model reads it.
/// </summary>
internal static class SessionsSlice
{
    public static IServiceCollection AddSessions(this IServiceCollection services) => services.AddSingleton<SessionStore>();

    public static void MapSessions(this IEndpointRouteBuilder v1) => SessionEndpoints.Map(v1.MapNoun("sessions"));
}
