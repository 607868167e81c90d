using System.Runtime.CompilerServices;

namespace AgentFactory.Server.Tests.Architecture;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static readonly string[] Generated = [".artifacts", "bin", "obj", "node_modules", ".git"];

    /// <summary>Source files of a folder, as paths from the root.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(Path.Combine(Root, folder))
        ? Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => Generated.Contains(part)))
        : [];

    public static IEnumerable<string> Folders(string folder) => Directory.Exists(Path.Combine(Root, folder))
        ? Directory.EnumerateDirectories(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => Generated.Contains(part)))
        : [];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentFactory.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("AgentFactory.slnx is in none of the folders above these tests.");
    }
}
