using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Platform.Health;

/// <summary>Reads from the database, and with it from the schema's own ledger.</summary>
internal sealed class DatabaseProbe(Database database) : IReadinessProbe
{
    public string Name => "database";

    public async ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            var files = await database.ReadPlatformAsync(
                unit => unit.FindAsync<long>("SELECT count(*) FROM schema_migrations"), cancellationToken);
            return files > 0 ? null : "The schema is missing. Start the server again: it is made at start.";
        }
        catch (AgentFactoryException refusal)
        {
            return refusal.Message;
        }
        catch (System.Data.Common.DbException)
        {
            return "The database does not answer. Look at the server's log.";
        }
    }
}
