using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>Opens the database of a data folder, brought to this release's schema.</summary>
internal static class EmbeddedStorage
{
    /// <summary>The caller disposes <see cref="Database.Engine"/>, then the folder.</summary>
    public static async Task<Database> OpenAsync(DataFolder folder, TimeProvider time, IStatementObserver? observer, CancellationToken cancellationToken)
    {
        var engine = SqliteEngine.Open(folder.DatabasePath);
        try
        {
            var database = new Database(engine, observer);
            await new MigrationRunner(database, Migration.Embedded(engine.Dialect), time).RunAsync(cancellationToken);
            return database;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }
}
