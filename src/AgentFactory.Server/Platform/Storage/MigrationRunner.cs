using System.Reflection;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// Brings a database to this release's schema. A new one gets every file in one transaction; an existing one is copied first and then
/// gets one transaction per missing file. A database that a newer release has touched is refused: this release does not know its rules.
/// </summary>
/// <param name="copyFirst">Keeps a copy of an existing database before it is changed.</param>
internal sealed class MigrationRunner(
    Database database, IReadOnlyList<Migration> migrations, TimeProvider time, Func<CancellationToken, Task>? copyFirst = null)
{
    private const string Ledger =
        """
        CREATE TABLE schema_migrations (
            name text NOT NULL PRIMARY KEY,
            checksum text NOT NULL,
            release text NOT NULL,
            applied_at timestamptz NOT NULL
        )
        """;

    /// <summary>The version of this build, as it stands in data it writes.</summary>
    public static readonly string Release =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var applied = await ReadLedgerAsync(cancellationToken);
        if (applied is null)
        {
            await ApplyAsync([new Migration("", Ledger), .. migrations], cancellationToken);
            return;
        }
        Check(applied);
        var known = applied.Select(a => a.Name).ToHashSet(StringComparer.Ordinal);
        var missing = migrations.Where(m => !known.Contains(m.Name)).ToList();
        if (missing.Count == 0) return;
        if (copyFirst is not null) await copyFirst(cancellationToken);
        foreach (var migration in missing) await ApplyAsync([migration], cancellationToken);
    }

    /// <summary>Null in a new database.</summary>
    private Task<IReadOnlyList<AppliedMigration>?> ReadLedgerAsync(CancellationToken cancellationToken) =>
        database.ReadPlatformAsync<IReadOnlyList<AppliedMigration>?>(async unit =>
        {
            var exists = await unit.FindAsync<string>(database.Engine.Dialect == "sqlite"
                ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
                : "SELECT to_regclass('schema_migrations')::text");
            return exists is null
                ? null
                : await unit.QueryAsync<AppliedMigration>(
                    "SELECT name AS Name, checksum AS Checksum, release AS Release FROM schema_migrations ORDER BY applied_at, name");
        }, cancellationToken);

    private void Check(IReadOnlyList<AppliedMigration> applied)
    {
        var own = migrations.ToDictionary(m => m.Name, StringComparer.Ordinal);
        if (applied.LastOrDefault(a => !own.ContainsKey(a.Name)) is { } newer)
            throw new AgentFactoryException(ErrorCodes.SchemaTooNew,
                $"Release {newer.Release} has changed this data ({newer.Name}); this is release {Release} and does not know that change. "
                + $"Start release {newer.Release} or a later one, or restore a backup that was made before.");
        if (applied.FirstOrDefault(a => own[a.Name].Checksum != a.Checksum) is { } changed)
            throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"The schema file {changed.Name} differs from the one that release {changed.Release} applied to this data. "
                + "Use an unaltered release; a change of the schema is a new file.");
    }

    private Task ApplyAsync(IReadOnlyList<Migration> files, CancellationToken cancellation) => database.WritePlatformAsync(async unit =>
    {
        foreach (var file in files)
        {
            await unit.ExecuteScriptAsync(file.Sql);
            if (file.Name.Length > 0)
                await unit.ExecuteAsync(
                    "INSERT INTO schema_migrations (name, checksum, release, applied_at) VALUES (@Name, @Checksum, @Release, @At)",
                    new { file.Name, file.Checksum, Release, At = time.GetUtcNow() });
        }
    }, cancellation);

    private sealed class AppliedMigration
    {
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
        public string Release { get; init; } = "";
    }
}
