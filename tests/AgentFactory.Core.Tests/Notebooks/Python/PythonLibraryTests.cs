namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>
/// CPython is the judge of our parser: the same files, the same trees. By default a sample of the library of the machine's python3; by hand
/// any interpreter (<c>AGENT_FACTORY_JUDGE="node eng/pyodide/python.mjs"</c>) over any whole folder
/// (<c>AGENT_FACTORY_JUDGE_FILES=/usr/lib/python3.11</c>).
/// </summary>
public sealed class PythonLibraryTests(ITestOutputHelper output)
{
    private const int Sample = 60;

    [Fact]
    public async Task Trees_of_the_standard_library_equal_those_of_CPython()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        string[] interpreter = [.. (Environment.GetEnvironmentVariable("AGENT_FACTORY_JUDGE") ?? "python3").Split(' ')];
        var version = PythonProcess.Print("import sys; print('%d.%02d' % sys.version_info[:2])", interpreter);
        Assert.SkipWhen(version is null, "There is no python3 on this machine to compare with.");
        var folder = Environment.GetEnvironmentVariable("AGENT_FACTORY_JUDGE_FILES");
        var files = folder is not null ? PythonProcess.Files(folder) : SampleOf(PythonProcess.Files(PythonProcess.Library(interpreter)!));

        var result = await CPythonComparison.RunAsync(interpreter, files, string.CompareOrdinal(version, "3.12") >= 0, cancellationToken);

        output.WriteLine($"Python {version}: {result}");
        Assert.True(result.Differences.Count == 0, string.Join('\n', result.Differences.Take(folder is null ? 20 : int.MaxValue)));
        Assert.Equal(files.Count, result.Equal + result.Refused);
    }

    /// <summary>Spread over the library, the same on every run.</summary>
    private static List<string> SampleOf(List<string> files) =>
        [.. files.Where((_, index) => index % Math.Max(files.Count / Sample, 1) == 0)];
}
