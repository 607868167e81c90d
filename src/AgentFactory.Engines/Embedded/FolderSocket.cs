using System.Text;

namespace AgentFactory.Engines.Embedded;

/// <summary>
/// Where the owner's socket is: inside the folder, or, when that path is longer than a socket's may be, in a short private folder.
/// </summary>
internal static class FolderSocket
{
    // sun_path holds 104 bytes on macOS and 108 on Linux, the ending NUL included.
    private const int MaxBytes = 103;

    public static string Choose(string folder)
    {
        var inside = Path.Combine(folder, "agent-factory.sock");
        // CreateTempSubdirectory makes a name of its own that only this user can enter.
        return Encoding.UTF8.GetByteCount(inside) <= MaxBytes
            ? inside
            : Path.Combine(Directory.CreateTempSubdirectory("af-").FullName, "af.sock");
    }

    public static void Remove(string folder, string socket)
    {
        File.Delete(socket);
        var parent = Path.GetDirectoryName(socket)!;
        if (parent != folder) Directory.Delete(parent);
    }
}
