using AgentFactory.Engines;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Platform.Encryption;
using AgentFactory.Server.Platform.Health;
using AgentFactory.Server.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFactory.Server.Platform.Hosting;

/// <summary>The embedded default: everything in one data folder, owned by this process until it ends.</summary>
internal static class EmbeddedHosting
{
    /// <summary>
    /// Takes the folder now, so that a second process hears at once that it is taken. The container gives it back, after the database.
    /// </summary>
    public static IServiceCollection AddEmbeddedStore(this IServiceCollection services, DataFolder folder, IStatementObserver? observer) =>
        services
        .AddSingleton(_ => folder)
        .AddSingleton(s => SqliteEngine.Open(s.GetRequiredService<DataFolder>().DatabasePath))
        .AddSingleton<IDatabaseEngine>(s => s.GetRequiredService<SqliteEngine>())
        .AddSingleton(s => new Database(s.GetRequiredService<IDatabaseEngine>(), observer))
        .AddSingleton<MigrationCopies>()
        .AddSingleton<DataBackup>()
        .AddEncryption()
        .AddSingleton<IReadinessProbe, DatabaseProbe>()
        .AddHostedService<SchemaAtStart>();

    private sealed class SchemaAtStart(Database database, MigrationCopies copies, TenantKeys keys, TimeProvider time) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var migrations = Migration.Embedded(database.Engine.Dialect);
            await new MigrationRunner(database, migrations, time, copies.CopyAsync).RunAsync(cancellationToken);
            await keys.VerifyMasterKeyAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
