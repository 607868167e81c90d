using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// Puts a backup in place while nobody serves the folder. Everything is unpacked and checked beside the present data first; only then do
/// the files change places, and what was there is kept.
/// </summary>
internal static class DataRestore
{
    /// <param name="file">What <see cref="DataBackup"/> wrote.</param>
    /// <param name="folderPath">The data folder; made when missing.</param>
    /// <param name="replace">Without it, a folder that has data is refused.</param>
    public static async Task<RestoredData> RestoreAsync(
        string file, string folderPath, bool replace, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new AgentFactoryException(ErrorCodes.NotFound, $"There is no file {file}. Name the backup to restore.");
        using var folder = DataFolder.Open(folderPath);
        if (File.Exists(folder.DatabasePath) && !replace)
            throw new AgentFactoryException(ErrorCodes.Conflict,
                $"{folder.Path} has data already. Restore to another folder, or repeat with --replace: the present data is then kept in "
                + $"{folder.BackupsPath}.");
        folder.CreateBackups();
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var unpacked = Path.Combine(folder.BackupsPath, "restoring-" + stamp);
        Directory.CreateDirectory(unpacked);
        try
        {
            var manifest = await UnpackAsync(file, unpacked, cancellationToken);
            RefuseNewerSchema(manifest);
            if (await SqliteEngine.FindDamageAsync(Path.Combine(unpacked, BackupManifest.DatabaseName), cancellationToken) is { } damage)
                throw BackupManifest.NotABackup(damage);
            var kept = SetAside(folder, manifest.HasMasterKey, Path.Combine(folder.BackupsPath, "replaced-" + stamp));
            if (manifest.HasMasterKey) File.Move(Path.Combine(unpacked, BackupManifest.MasterKeyName), folder.MasterKeyPath);
            // The database last: until it is there the folder is empty, never half of each.
            File.Move(Path.Combine(unpacked, BackupManifest.DatabaseName), folder.DatabasePath);
            return new RestoredData(manifest, kept, HasMasterKey: File.Exists(folder.MasterKeyPath));
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    private static async Task<BackupManifest> UnpackAsync(string file, string target, CancellationToken cancellationToken)
    {
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(file, cancellationToken);
            var entry = zip.GetEntry(BackupManifest.EntryName) ?? throw BackupManifest.NotABackup("it has no manifest");
            await using var stream = await entry.OpenAsync(cancellationToken);
            var manifest = await BackupManifest.ReadAsync(stream, cancellationToken);
            // Only these two names are ever looked for, so no entry decides where a file goes.
            foreach (var name in (string[])[BackupManifest.DatabaseName, BackupManifest.MasterKeyName])
                if (manifest.Files.FirstOrDefault(f => f.Name == name) is { } listed)
                    await UnpackAsync(zip, listed, Path.Combine(target, name), cancellationToken);
            return manifest;
        }
        catch (InvalidDataException e)
        {
            throw BackupManifest.NotABackup("it is not a zip file, or it is cut short", e);
        }
    }

    private static async Task UnpackAsync(ZipArchive zip, BackupFile listed, string path, CancellationToken cancellationToken)
    {
        var entry = zip.GetEntry(listed.Name) ?? throw BackupManifest.NotABackup($"{listed.Name} is missing");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var target = new FileStream(path, options);
        await using var source = await entry.OpenAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            // The manifest's length bounds what a forged file may unpack to.
            if (target.Length + read > listed.Bytes) throw BackupManifest.NotABackup($"{listed.Name} is longer than its manifest says");
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != listed.Sha256)
            throw BackupManifest.NotABackup($"{listed.Name} was altered");
        target.Flush(flushToDisk: true);
    }

    private static void RefuseNewerSchema(BackupManifest manifest)
    {
        var own = Migration.Embedded("sqlite").Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        if (manifest.Schema.FirstOrDefault(name => !own.Contains(name)) is { } newer)
            throw new AgentFactoryException(ErrorCodes.SchemaTooNew,
                $"Release {manifest.Release} wrote this backup with a schema that this release does not know ({newer}). "
                + $"Restore it with release {manifest.Release} or a later one.");
    }

    /// <summary>Where the present data went; null when there was none. The key goes along only when another takes its place.</summary>
    private static string? SetAside(DataFolder folder, bool withMasterKey, string target)
    {
        var present = new List<string> { folder.DatabasePath, folder.DatabasePath + "-wal", folder.DatabasePath + "-shm" };
        if (withMasterKey) present.Add(folder.MasterKeyPath);
        var existing = present.Where(File.Exists).ToList();
        if (existing.Count == 0) return null;
        Directory.CreateDirectory(target);
        foreach (var file in existing) File.Move(file, Path.Combine(target, Path.GetFileName(file)));
        return target;
    }
}

/// <param name="KeptIn">The folder that holds what was there before; null when there was nothing.</param>
/// <param name="HasMasterKey">False: secrets stay closed until the <c>master.key</c> of this backup is put into the folder.</param>
internal sealed record RestoredData(BackupManifest Manifest, string? KeptIn, bool HasMasterKey);
