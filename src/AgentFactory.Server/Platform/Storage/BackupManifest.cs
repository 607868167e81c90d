using System.Security.Cryptography;
using System.Text.Json;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>What a backup says about itself: the first entry of the file, checked before anything is put in place.</summary>
/// <param name="Format">1.</param>
/// <param name="Release">The release that wrote it.</param>
/// <param name="Schema">The schema files the database has, so that an older release knows that it can't read it.</param>
internal sealed record BackupManifest(
    int Format, string Release, DateTimeOffset CreatedAt, IReadOnlyList<string> Schema, IReadOnlyList<BackupFile> Files)
{
    public const int CurrentFormat = 1;
    public const string EntryName = "manifest.json";
    public const string DatabaseName = "agent-factory.db";
    public const string MasterKeyName = "master.key";

    private const int MostBytes = 1 << 20;

    public bool HasMasterKey => Files.Any(f => f.Name == MasterKeyName);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Options);

    /// <summary>Throws when the bytes are not a manifest this release understands.</summary>
    public static async Task<BackupManifest> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new byte[MostBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MostBytes) throw NotABackup("its manifest is too large");
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(bytes.AsSpan(0, length), Wire.Options)
                ?? throw NotABackup("its manifest is empty");
            if (manifest.Format != CurrentFormat)
                throw new AgentFactoryException(ErrorCodes.SchemaTooNew,
                    $"Release {manifest.Release} wrote this backup in a format this release does not know. "
                    + "Restore it with that release or a later one.");
            if (manifest.Files.All(f => f.Name != DatabaseName)) throw NotABackup("it holds no database");
            return manifest;
        }
        catch (JsonException e)
        {
            throw NotABackup("its manifest can't be read", e);
        }
    }

    public static AgentFactoryException NotABackup(string why, Exception? inner = null) =>
        new(ErrorCodes.Invalid,
            $"The file is not a backup that can be restored: {why}. Name a file that agent-factory data backup has written.", inner: inner);
}

/// <param name="Sha256">In hexadecimal, lower case.</param>
internal sealed record BackupFile(string Name, long Bytes, string Sha256)
{
    public static async Task<BackupFile> OfAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return new BackupFile(name, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)));
    }
}
