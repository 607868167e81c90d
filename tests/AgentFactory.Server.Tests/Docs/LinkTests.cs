using System.Text.RegularExpressions;
using AgentFactory.Server.Tests.Architecture;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>Nobody reads their way into a dead end, and no page is out of reach.</summary>
public sealed partial class LinkTests
{
    private static IReadOnlyList<string> Papers { get; } = [.. Repository.Files(".", "*.md")];

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there()
    {
        var faults = from paper in Papers
                     from link in Links(paper)
                     where !Uri.IsWellFormedUriString(link, UriKind.Absolute)
                     let fault = FindFault(paper, link)
                     where fault is not null
                     select $"{paper} links to {link}: {fault}";
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_page_is_linked_from_the_index_or_the_readme()
    {
        string[] entries = ["README.md", "docs/README.md"];
        var linked = entries.SelectMany(entry => Links(entry).Select(link => Target(entry, link))).ToHashSet();
        Assert.DoesNotContain(DocPage.All.Except(entries), page => !linked.Contains(page));
    }

    private static string? FindFault(string paper, string link)
    {
        var (target, anchor) = (Target(paper, link), link.Split('#').Skip(1).SingleOrDefault());
        var path = Path.Combine(Repository.Root, target);
        if (!File.Exists(path) && !Directory.Exists(path)) return "there is no such file";
        return anchor is null || Anchors(target).Contains(anchor) ? null : "there is no such heading";
    }

    private static string Target(string paper, string link)
    {
        var path = link.Split('#')[0];
        if (path.Length == 0) return paper;
        var full = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(paper)!, path));
        return Path.GetRelativePath(Repository.Root, full).Replace('\\', '/');
    }

    private static IEnumerable<string> Links(string paper) =>
        Link().Matches(Fenced().Replace(Repository.Read(paper), "")).Select(match => match.Groups["to"].Value);

    /// <summary>Headings as GitHub names them: lower case, punctuation gone, hyphens for spaces.</summary>
    private static HashSet<string> Anchors(string paper) => [.. Heading().Matches(Fenced().Replace(Repository.Read(paper), ""))
        .Select(match => Punctuation().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"^```[\s\S]*?^```", RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\p{M}_ -]")]
    private static partial Regex Punctuation();
}
