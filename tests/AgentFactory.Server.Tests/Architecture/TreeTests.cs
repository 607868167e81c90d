using AgentFactory.Core;

namespace AgentFactory.Server.Tests.Architecture;

/// <summary>The tree a stranger meets: few entries, small files, telling names.</summary>
public sealed class TreeTests
{
    private static readonly string[] BannedFolders = ["common", "shared", "helpers", "helper", "utils", "util", "services", "managers",
    "misc", "infrastructure"];
    private static readonly string[] Sources = ["src", "tests", "benchmarks", "samples", "sdk"];

    [Fact]
    public void Root_shows_at_most_20_entries() =>
        Assert.InRange(Directory.EnumerateFileSystemEntries(Repository.Root).Count(e => !Path.GetFileName(e).StartsWith('.')), 1, 20);

    [Fact]
    public void Solution_has_at_most_ten_projects() =>
        Assert.InRange(Repository.Read("AgentFactory.slnx").Split("<Project ").Length - 1, 1, 10);

    [Fact]
    public void Files_are_short()
    {
        var faults = from folder in Sources
                     from file in Repository.Files(folder, "*.cs")
                     let lines = File.ReadLines(Path.Combine(Repository.Root, file)).Count()
                     where lines > (folder == "tests" ? 600 : 400)
                     select $"{file} has {lines} lines";
        Assert.Empty(faults);
    }

    [Fact]
    public void No_folder_has_a_name_that_tells_nothing() =>
        Assert.DoesNotContain(Sources.SelectMany(Repository.Folders), f => BannedFolders.Contains(Path.GetFileName(f).ToLowerInvariant()));

    [Fact]
    public void No_code_is_parked()
    {
        // The words are put together here, so that this file doesn't find itself.
        string[] marks = ["// " + "TODO", "// " + "HACK", "// " + "FIXME", "#" + "region", "NotImplemented" + "Exception"];
        var faults = from folder in Sources
                     from file in Repository.Files(folder, "*.cs")
                     let text = Repository.Read(file)
                     from mark in marks
                     where text.Contains(mark, StringComparison.Ordinal)
                     select $"{file} has {mark}";
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_error_code_has_its_section_with_its_status()
    {
        var codes = typeof(ErrorCodes).GetFields().Select(f => (ErrorCode)f.GetValue(null)!).Select(c => $"## {c.Code}\n\n{c.Status}. {c.Title}.");
        var sections = Repository.Read("docs/errors.md").Split("\n## ").Skip(1).Select(s => "## " + string.Join('\n', s.Split('\n').Take(3)));
        Assert.Equal(codes.Order(StringComparer.Ordinal), sections.Order(StringComparer.Ordinal));
    }
}
