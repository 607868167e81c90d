using System.Globalization;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>The copies of the database that are kept from before each change of its schema: the way back to the release before.</summary>
internal sealed class MigrationCopies(SqliteEngine engine, DataFolder folder, TimeProvider time)
{
    private const string Prefix = "before-migration-";

    /// <summary>How many are kept; the oldest go first.</summary>
    public const int Kept = 3;

    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        folder.CreateBackups();
        var name = Prefix + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) + ".db";
        await engine.CopyToAsync(Path.Combine(folder.BackupsPath, name), cancellationToken);
        var copies = Directory.GetFiles(folder.BackupsPath, Prefix + "*.db").Order(StringComparer.Ordinal);
        foreach (var old in copies.SkipLast(Kept)) File.Delete(old);
    }
}
