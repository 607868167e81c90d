using System.Security.Cryptography;
using AgentFactory.Core;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// The one folder an embedded installation lives in, owned by one process at a time. Ownership is a lock that the operating system
/// drops when the process dies, so that files left behind by a crash never stand in the way.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    internal const int KeyBytes = 32;

    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnlyFile | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
        SocketPath = FolderSocket.Choose(path);
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>Where the owner listens for other processes of the same user. Nothing is there until the server binds it.</summary>
    public string SocketPath { get; }

    public string DatabasePath => System.IO.Path.Combine(Path, "agent-factory.db");
    public string BackupsPath => System.IO.Path.Combine(Path, "backups");
    public string MasterKeyPath => System.IO.Path.Combine(Path, "master.key");

    /// <summary>Makes <see cref="BackupsPath"/> when it is missing.</summary>
    public void CreateBackups()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(BackupsPath);
        else Directory.CreateDirectory(BackupsPath, OwnerOnlyFolder);
    }

    /// <summary>
    /// Makes the folder when it is missing and takes its lock. Throws <c>data_folder_busy</c> when another process has it,
    /// <c>unavailable</c> when it can't be used or its file system has no locks.
    /// </summary>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        FileStream? held = null;
        try
        {
            Create(full);
            held = TakeLock(full);
            RefuseWithoutLocks(full);
            var folder = new DataFolder(full, held);
            FolderOwner.Write(full, folder.SocketPath);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"The data folder {full} can't be used: {e.Message} Name a folder this user may write with --data or AGENT_FACTORY_DATA.",
                inner: e);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Who owns the folder now; null when nobody does.</summary>
    public static FolderOwner? FindOwner(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(LockPath(full))) return null;
        try
        {
            using var probe = OpenLock(full);
            return null;
        }
        catch (IOException)
        {
            return FolderOwner.Read(full);
        }
    }

    /// <summary>The 32 bytes every tenant's key is sealed with; made on first use, readable by the owner only.</summary>
    public byte[] ReadMasterKey()
    {
        var file = MasterKeyPath;
        if (!File.Exists(file)) WriteMasterKey(file, RandomNumberGenerator.GetBytes(KeyBytes));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnlyFile) != 0) File.SetUnixFileMode(file, OwnerOnlyFile);
        var key = new byte[KeyBytes];
        if (Convert.TryFromBase64String(File.ReadAllText(file).Trim(), key, out var length) && length == KeyBytes) return key;
        throw new AgentFactoryException(ErrorCodes.Unavailable,
            $"{file} does not hold a key of {KeyBytes} bytes in base64. Restore it from your backup: "
            + "without it the stored secrets can't be read.");
    }

    public void Dispose()
    {
        FolderOwner.Remove(Path);
        FolderSocket.Remove(Path, SocketPath);
        _lock.Dispose();
    }

    private static void Create(string full)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full);
            return;
        }
        var existed = Directory.Exists(full);
        Directory.CreateDirectory(full, OwnerOnlyFolder);
        if (!existed || (File.GetUnixFileMode(full) & ~OwnerOnlyFolder) == 0) return;
        // Whoever can reach the socket inside is the installation's owner. A folder that holds other things isn't ours to close to others.
        var holdsOthers = Directory.EnumerateFileSystemEntries(full).Any(e => System.IO.Path.GetFileName(e) != "lost+found");
        if (!File.Exists(LockPath(full)) && holdsOthers)
            throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"{full} is open to other users and holds files that are not this product's. Name an empty or a new folder with --data.");
        try
        {
            File.SetUnixFileMode(full, OwnerOnlyFolder);
        }
        catch (UnauthorizedAccessException)
        {
            // A mounted volume may belong to root and be writable through a group. Every file in it is still the owner's alone.
            return;
        }
    }

    private static string LockPath(string full) => System.IO.Path.Combine(full, "agent-factory.lock");

    private static FileStream OpenLock(string full)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnlyFile;
        return new FileStream(LockPath(full), options);
    }

    private static FileStream TakeLock(string full)
    {
        try
        {
            return OpenLock(full);
        }
        catch (IOException e) when (File.Exists(LockPath(full)))
        {
            var owner = FolderOwner.Read(full);
            throw new AgentFactoryException(ErrorCodes.DataFolderBusy,
                $"{full} is in use by {owner?.ToString() ?? "another process"}. Only one process may open it: send the call to that "
                + "process, as the agent-factory commands do by themselves, or stop it first.", inner: e);
        }
    }

    /// <summary>Where a file system has no locks the runtime carries on without. Two owners would corrupt the data: refused.</summary>
    private static void RefuseWithoutLocks(string full)
    {
        try
        {
            OpenLock(full).Dispose();
        }
        catch (IOException)
        {
            return;
        }
        throw new AgentFactoryException(ErrorCodes.Unavailable,
            $"The file system of {full} does not support locks, so nothing would stop a second process from corrupting the data. "
            + "Name a folder on a local disk with --data.");
    }

    private static void WriteMasterKey(string file, ReadOnlySpan<byte> key)
    {
        // Under another name first: a crash in between leaves no half a key under the real one.
        var fresh = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnlyFile;
        using (var stream = new FileStream(fresh, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        File.Move(fresh, file, overwrite: true);
    }
}
