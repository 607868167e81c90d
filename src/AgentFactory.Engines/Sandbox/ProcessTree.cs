using System.Globalization;

namespace AgentFactory.Engines.Sandbox;

/// <summary>
/// What a process and everything below it use, as the kernel tells it. Limits of the kernel hold for single processes; only this
/// sees the sum.
/// </summary>
internal static class ProcessTree
{
    private static readonly long PageBytes = Environment.SystemPageSize;

    /// <summary>The number of processes, and the bytes of memory that are theirs alone.</summary>
    public static (int Processes, long Bytes) Measure(int root)
    {
        var tree = new List<int>();
        Collect(root, tree);
        return (tree.Count, tree.Sum(PrivateBytes));
    }

    /// <summary>The sum again, with pages that several processes share counted once. Exact, and some hundred times slower.</summary>
    public static long ProportionalBytes(int root)
    {
        var tree = new List<int>();
        Collect(root, tree);
        return tree.Sum(pid => Pss(pid) ?? PrivateBytes(pid));
    }

    private static void Collect(int pid, List<int> tree)
    {
        tree.Add(pid);
        foreach (var task in Folders($"/proc/{pid}/task"))
        {
            foreach (var child in Words(task + "/children"))
            {
                if (tree.Count < 10_000) Collect(int.Parse(child, CultureInfo.InvariantCulture), tree);
            }
        }
    }

    private static long PrivateBytes(int pid)
    {
        var words = Words($"/proc/{pid}/statm");
        return words.Length < 3 ? 0 : (Number(words[1]) - Number(words[2])) * PageBytes;
    }

    private static long? Pss(int pid)
    {
        var words = Words($"/proc/{pid}/smaps_rollup");
        var at = Array.IndexOf(words, "Pss:");
        return at < 0 ? null : Number(words[at + 1]) << 10;
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static string[] Folders(string path)
    {
        try
        {
            return Directory.GetDirectories(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it has ended since it was seen
        }
    }

    private static string[] Words(string path)
    {
        try
        {
            return File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // it has ended since it was seen
        }
    }
}
