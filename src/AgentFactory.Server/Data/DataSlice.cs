using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace AgentFactory.Server.Data;

/// <summary>
/// The installation's data as a whole, over all tenants. It is the operator's alone, over the data folder's socket: a backup names a file of
/// the server's machine, and whoever has it has everybody's data. Restoring is not here, for it needs a folder that nobody serves.
/// </summary>
internal static class DataSlice
{
    public static void MapData(this IEndpointRouteBuilder v1)
    {
        var data = v1.MapNoun("data");
        data.MapPost("/backup", DataEndpoints.BackUp).Named("data.backup", Scope.Operator, "Write a backup of the data folder to a new file");
    }
}
