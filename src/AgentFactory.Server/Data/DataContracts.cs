namespace AgentFactory.Server.Data;

/// <param name="Path">A new file on the server's machine, as a full path. Its folder must exist.</param>
/// <param name="IncludeMasterKey">Whoever has a backup with the master key can read every secret in it. Without it, keep
/// <c>master.key</c> elsewhere: secrets can't be read after a restore until it is put back. Default: false.</param>
internal sealed record BackUpRequest(string Path, bool IncludeMasterKey = false);

/// <param name="Bytes">The size of the file.</param>
/// <param name="Release">The release that wrote it; the same or a later one restores it.</param>
internal sealed record BackupResponse(string Path, long Bytes, string Release, bool IncludesMasterKey, DateTimeOffset CreatedAt);
