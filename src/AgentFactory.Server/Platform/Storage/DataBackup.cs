using System.IO.Compression;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// Writes a backup of a data folder while it is being served: one zip file with a manifest, the database as it was at one moment, and the
/// master key only when that is asked for. Whoever has a backup with the key can read every secret in it; without the key the secrets stay
/// closed until the same <c>master.key</c> is put beside them.
/// </summary>
internal sealed class DataBackup(SqliteEngine engine, DataFolder folder, Database database, TimeProvider time)
{
    /// <summary>Writes a new file that only this user can read. It appears under its name when it is complete.</summary>
    public async Task<BackupManifest> BackupAsync(string path, bool includeMasterKey, CancellationToken cancellationToken)
    {
        if (Path.Exists(path))
            throw new AgentFactoryException(ErrorCodes.Conflict,
                $"{path} exists already. Name a new file: a backup never overwrites another.", "path");
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            throw new AgentFactoryException(ErrorCodes.Invalid,
                $"There is no folder for {path}. Make it first, or name a file in one that is there.", "path");
        var partial = path + ".partial";
        try
        {
            BackupManifest manifest;
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var stream = new FileStream(partial, options))
            {
                manifest = await WriteAsync(stream, includeMasterKey, cancellationToken);
                stream.Flush(flushToDisk: true);
            }
            File.Move(partial, path);
            return manifest;
        }
        catch (PathTooLongException e)
        {
            throw new AgentFactoryException(ErrorCodes.Invalid, "The path is too long for this system. Choose a shorter one.", "path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"The backup could not be written to {path}: {e.Message} Name a file in a folder this user may write, on a disk with room.",
                "path", e);
        }
        finally
        {
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    /// <summary>The same as one stream, for a caller that carries it elsewhere. <paramref name="output"/> stays open.</summary>
    public async Task<BackupManifest> WriteAsync(Stream output, bool includeMasterKey, CancellationToken cancellationToken)
    {
        folder.CreateBackups();
        var copy = Path.Combine(folder.BackupsPath, $"copy-{Ids.Encode("bak", Ids.New(time))}.db");
        try
        {
            await engine.CopyToAsync(copy, cancellationToken);
            var paths = new Dictionary<string, string> { [BackupManifest.DatabaseName] = copy };
            if (includeMasterKey)
            {
                // Makes it when nothing has needed it yet.
                folder.ReadMasterKey();
                paths[BackupManifest.MasterKeyName] = folder.MasterKeyPath;
            }
            var files = new List<BackupFile>();
            foreach (var (name, path) in paths) files.Add(await BackupFile.OfAsync(name, path, cancellationToken));
            var schema = await SchemaAsync(cancellationToken);
            var manifest = new BackupManifest(BackupManifest.CurrentFormat, MigrationRunner.Release, time.GetUtcNow(), schema, files);
            await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken);
            await AddAsync(zip, BackupManifest.EntryName, new MemoryStream(manifest.Write()), cancellationToken);
            foreach (var (name, path) in paths) await AddAsync(zip, name, File.OpenRead(path), cancellationToken);
            return manifest;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private Task<IReadOnlyList<string>> SchemaAsync(CancellationToken cancellationToken) => database.ReadPlatformAsync(
        unit => unit.QueryAsync<string>("SELECT name FROM schema_migrations ORDER BY name"), cancellationToken);

    private static async Task AddAsync(ZipArchive zip, string name, Stream content, CancellationToken cancellationToken)
    {
        await using var source = content;
        await using var target = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await source.CopyToAsync(target, cancellationToken);
    }
}
