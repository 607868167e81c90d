namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>Every form of the grammar (grammar.txt, below the first version that reads it), compared with the machine's CPython.</summary>
public sealed class GrammarTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_form_has_the_tree_that_CPython_gives_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        string[] interpreter = [.. (Environment.GetEnvironmentVariable("AGENT_FACTORY_JUDGE") ?? "python3").Split(' ')];
        var printed = PythonProcess.Print("import sys; print('%d.%d' % sys.version_info[:2])", interpreter);
        Assert.SkipWhen(printed is null, "There is no python3 on this machine to compare with.");
        var version = Version.Parse(printed!);
        var folder = Directory.CreateTempSubdirectory("grammar-");
        try
        {
            var files = new List<string>();
            foreach (var snippet in Snippets().Where(snippet => snippet.Since <= version))
            {
                files.Add(Path.Combine(folder.FullName, $"line{snippet.Line}.py"));
                await File.WriteAllTextAsync(files[^1], snippet.Text, cancellationToken);
            }

            var result = await CPythonComparison.RunAsync(interpreter, files, version >= new Version(3, 12), cancellationToken);

            output.WriteLine($"Python {version}: {result}");
            Assert.True(result.Differences.Count == 0, string.Join('\n', result.Differences));
            Assert.Equal((files.Count, 0), (result.Equal, result.Refused));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<(int Line, Version Since, string Text)> Snippets()
    {
        var lines = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Notebooks/Python/grammar.txt")).Split('\n');
        var heads = Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("### ", StringComparison.Ordinal)).ToList();
        return heads.Zip(heads.Skip(1).Append(lines.Length), (from, to) => Snippet(lines, from, to));
    }

    private static (int Line, Version Since, string Text) Snippet(string[] lines, int from, int to) =>
        (from + 1, Version.Parse(lines[from][4..]), string.Join('\n', lines[(from + 1)..to]));
}
