using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>Runs dump_trees.py in some CPython over files and compares every tree with ours, value by value.</summary>
internal static class CPythonComparison
{
    /// <param name="Equal">Files with equal trees.</param>
    /// <param name="Refused">Files that both refuse.</param>
    public sealed record Result(int Equal, int Refused, IReadOnlyList<string> Differences)
    {
        public override string ToString() => $"{Equal} equal, {Refused} refused by both, {Differences.Count} different";
    }

    /// <param name="interpreter">The command and its first arguments; the script and nothing else follows.</param>
    public static async Task<Result> RunAsync(
        IReadOnlyList<string> interpreter, IReadOnlyList<string> files, bool fieldPositions, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Notebooks/Python/dump_trees.py");
        var start = new ProcessStartInfo(interpreter[0], [.. interpreter.Skip(1), script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{interpreter[0]} did not start.");
        var feeding = FeedAsync(process.StandardInput, files);
        var (equal, refused) = (0, 0);
        var differences = new List<string>();
        var tree = new List<string>();
        var file = "";
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            var ends = line.StartsWith("file ", StringComparison.Ordinal) || line.StartsWith("version ", StringComparison.Ordinal);
            if (!ends)
            {
                tree.Add(line);
                continue;
            }

            if (file.Length > 0 && Difference(file, tree, fieldPositions) is { } difference)
            {
                differences.Add(difference);
            }
            else if (file.Length > 0)
            {
                _ = tree is ["error"] ? refused++ : equal++;
            }

            tree.Clear();
            file = line[5..];
        }

        await feeding;
        await process.WaitForExitAsync(cancellationToken);
        return new Result(equal, refused, differences);
    }

    private static async Task FeedAsync(StreamWriter input, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            await input.WriteLineAsync(file);
        }

        input.Close();
    }

    private static string? Difference(string file, List<string> theirs, bool fieldPositions)
    {
        List<string> ours;
        try
        {
            ours = SyntaxDump.Of(PythonParser.ParseModule(Decode(File.ReadAllBytes(file))), fieldPositions);
        }
        catch (DecoderFallbackException)
        {
            return theirs is ["error"] ? null : $"{file}: not UTF-8";
        }
        catch (PythonSyntaxException error)
        {
            return theirs is ["error"] ? null : $"{file}: refused by ours: {error.Message}";
        }

        if (theirs is ["error"])
        {
            return $"{file}: refused by CPython only";
        }

        var place = Enumerable.Range(0, Math.Min(ours.Count, theirs.Count)).FirstOrDefault(i => ours[i] != theirs[i], -1);
        return place < 0 && ours.Count == theirs.Count ? null
            : $"{file}: ours '{Context(ours, place)}', CPython's '{Context(theirs, place)}'";
    }

    private static string Context(List<string> lines, int place) => string.Join(" | ", lines.Skip(Math.Max(place - 3, 0)).Take(5));

    /// <summary>UTF-8 unless the first two lines declare Latin-1. A notebook, which is JSON, has no other encoding.</summary>
    public static string Decode(byte[] bytes)
    {
        var head = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 200)).Split('\n').Take(2);
        var isLatin = head.Any(line => Regex.IsMatch(line, "^#.*coding[:=].*(latin|iso-8859-1)", RegexOptions.IgnoreCase));
        return (isLatin ? Encoding.Latin1 : new UTF8Encoding(false, throwOnInvalidBytes: true)).GetString(bytes);
    }
}
