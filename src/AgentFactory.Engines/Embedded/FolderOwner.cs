using System.Globalization;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// The process that owns a data folder and the socket it listens on. It stands in a file beside the lock, because a locked file
/// can't be read by others everywhere; only whoever holds the lock writes it, and it means nothing while nobody does.
/// </summary>
internal sealed record FolderOwner(int ProcessId, string SocketPath)
{
    private static string FileIn(string folder) => Path.Combine(folder, "agent-factory.owner");

    public static void Write(string folder, string socketPath)
    {
        var file = FileIn(folder);
        File.WriteAllText(file + ".new", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n{socketPath}\n"));
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Null when the owner has not written it yet.</summary>
    public static FolderOwner? Read(string folder)
    {
        var file = FileIn(folder);
        if (!File.Exists(file)) return null;
        var lines = File.ReadAllLines(file);
        return lines.Length >= 2 && int.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new FolderOwner(id, lines[1])
            : null;
    }

    public static void Remove(string folder) => File.Delete(FileIn(folder));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} (socket {SocketPath})");
}
