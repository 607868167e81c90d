using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentFactory.Server.Platform.Access;

/// <summary>
/// Marks connections to the data folder's socket. The mark is set where the connection was accepted, so no header can make it: whoever can
/// open the socket can read the data folder itself.
/// </summary>
internal sealed class OperatorConnection
{
    private static readonly OperatorConnection Mark = new();

    public static void MarkAll(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    public static bool Is(HttpContext context) => context.Features.Get<OperatorConnection>() is not null;
}
