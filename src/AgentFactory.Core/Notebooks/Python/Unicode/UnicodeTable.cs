using System.IO.Compression;
using System.Text;

namespace AgentFactory.Core.Notebooks.Python.Unicode;

/// <summary>What eng/unicode/generate.py writes: Unicode 16, as in Python 3.14; read when a program first needs it, which few do.</summary>
internal static class UnicodeTable
{
    public static byte[] Read(string name)
    {
        using var resource = typeof(UnicodeTable).Assembly.GetManifestResourceStream($"{typeof(UnicodeTable).Namespace}.{name}.txt.gz")
            ?? throw new InvalidOperationException($"The table {name} is not in the assembly.");
        using var plain = new GZipStream(resource, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        plain.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static string[] ReadLines(string name) =>
        Encoding.ASCII.GetString(Read(name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
