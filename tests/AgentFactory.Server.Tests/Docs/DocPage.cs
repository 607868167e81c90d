using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AgentFactory.Server.Tests.Architecture;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>One thing that a page tells its reader to type, and what the page says comes of it.</summary>
/// <param name="Place">The page and the line.</param>
/// <param name="Status">What <c>curl</c> is answered; null for any success.</param>
/// <param name="Output">What is printed, <c>…</c> for what differs from time to time; null where the page does not say.</param>
internal sealed record DocCommand(string Place, string Text, int ExitCode, string? Status, string? Output)
{
    public bool InBackground => Text.TrimEnd().EndsWith('&');
}

/// <summary>
/// What pages are made of. Blocks of <c>sh</c> are to be typed line by line; a trailing comment says where the end is not a success:
/// <c># exits 2</c>, <c># answers 404</c>. A block of <c>text</c> right after one shows what its last line prints.
/// </summary>
internal static partial class DocPage
{
    private const string Fence = "```";

    /// <summary>Every page for the product's users, as paths from the root.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "README.md",
        .. Repository.Files("docs", "*.md").Where(page => !page.StartsWith("docs/adr/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<DocCommand> Commands(string page)
    {
        var commands = new List<DocCommand>();
        var lines = Repository.Read(page).Split('\n');
        var (language, follows) = ("", false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                language = language.Length > 0 ? "" : Language(lines[i]);
                if (language == "text" && follows) commands[^1] = commands[^1] with { Output = Until(Fence, lines, ref i) };
                if (language == "text") language = "";
                continue;
            }
            if (language == "sh" && lines[i].Trim() is { Length: > 0 } and not ['#', ..]) commands.Add(Read(page, lines, ref i));
            // Only a heading or other text between the two breaks the tie: an empty line does not.
            follows = language == "sh" || (follows && lines[i].Trim().Length == 0);
        }
        return commands;
    }

    private static string Language(string fence) => fence[Fence.Length..].Trim() is { Length: > 0 } named ? named : "plain";

    private static DocCommand Read(string page, string[] lines, ref int i)
    {
        var (place, text) = ($"{page}:{i + 1}", new StringBuilder(lines[i]));
        while (lines[i].EndsWith('\\')) text.Append('\n').Append(lines[++i]);
        if (HereDocument().Match(text.ToString()) is { Success: true } here)
            text.Append('\n').Append(Until(here.Groups["end"].Value, lines, ref i)).Append('\n').Append(here.Groups["end"].Value);
        var all = text.ToString();
        var exits = Exits().Match(all) is { Success: true } e ? int.Parse(e.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return new DocCommand(place, all, exits, Answers().Match(all) is { Success: true } a ? a.Groups[1].Value : null, null);
    }

    /// <summary>The lines after this one, up to the one that is <paramref name="end"/>, which is passed.</summary>
    private static string Until(string end, string[] lines, ref int i)
    {
        var begin = i + 1;
        i = Array.IndexOf(lines, end, begin);
        return i < 0 ? throw new FormatException($"'{end}' is missing after line {begin}.") : string.Join('\n', lines[begin..i]);
    }

    [GeneratedRegex(@"<<'?(?<end>[A-Z]+)'?")]
    private static partial Regex HereDocument();

    [GeneratedRegex(@" #.*\bexits (\d+)")]
    private static partial Regex Exits();

    [GeneratedRegex(@" #.*\banswers (\d{3})")]
    private static partial Regex Answers();
}
