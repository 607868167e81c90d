using System.Text.RegularExpressions;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>A docstring as the frameworks read it: Google, NumPy and reST style, told apart by what is there.</summary>
/// <param name="Whole">All of it, without indentation.</param>
/// <param name="Description">What stands before the first section.</param>
/// <param name="Parameters">Descriptions by parameter.</param>
internal sealed partial record Docstring(string Whole, string Description, IReadOnlyDictionary<string, string> Parameters)
{
    public static readonly Docstring Empty = new("", "", new Dictionary<string, string>());

    /// <summary>The docstring of a function or class; empty when it has none.</summary>
    public static Docstring Of(IReadOnlyList<Statement> body) =>
        body is [Expr { Value: Constant { Value: string text } }, ..] ? Parse(text) : Empty;

    public static Docstring Parse(string text)
    {
        var whole = Dedent.Clean(text.Replace("\r\n", "\n", StringComparison.Ordinal)).Trim();
        var lines = whole.Split('\n');
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var first = lines.Length;
        for (var i = 0; i < lines.Length; i++)
        {
            var isSection = IsGoogleSection(lines, i) || IsNumpySection(lines, i) || lines[i].StartsWith(':')
                && RestField().IsMatch(lines[i]);
            if (!isSection) continue;
            first = Math.Min(first, i);
            if (RestParameter().Match(lines[i]) is { Success: true } field)
                Add(parameters, field.Groups["name"].Value, Continue(lines, i, field.Groups["text"].Value));
            else if (ParameterSection().IsMatch(lines[i].Trim().TrimEnd(':')))
            {
                if (IsNumpySection(lines, i)) ReadNumpy(lines, i + 2, parameters);
                else ReadGoogle(lines, i + 1, parameters);
            }
        }
        return new Docstring(whole, string.Join('\n', lines.Take(first)).Trim(), parameters);
    }

    private static bool IsGoogleSection(string[] lines, int i) =>
        GoogleSection().IsMatch(lines[i]) && (
            i + 1 == lines.Length || lines[i + 1].Length == 0 || lines[i + 1][0] is ' ' or '-' or '*' || i == 0
            || lines[i - 1].Length == 0);

    private static bool IsNumpySection(string[] lines, int i) =>
        i + 1 < lines.Length && lines[i].Length > 0 && char.IsUpper(lines[i][0]) && lines[i + 1].Length >= 3
            && lines[i + 1].Trim().All(c => c == '-');

    private static void ReadGoogle(string[] lines, int start, Dictionary<string, string> into)
    {
        var margin = -1;
        for (var i = start; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (indent == 0 && !GoogleParameter().IsMatch(lines[i]) || IsGoogleSection(lines, i)) return;
            if (margin < 0) margin = indent;
            if (indent <= margin && GoogleParameter().Match(lines[i]) is { Success: true } field)
                Add(into, field.Groups["name"].Value, Continue(lines, i, field.Groups["text"].Value));
        }
    }

    private static void ReadNumpy(string[] lines, int start, Dictionary<string, string> into)
    {
        for (var i = start; i < lines.Length && !IsNumpySection(lines, i); i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == ' ') continue;
            var names = lines[i].Split(':')[0].Split(',');
            foreach (var name in names) Add(into, name.Trim(), Continue(lines, i, ""));
        }
    }

    /// <summary>A description and the deeper lines that continue it.</summary>
    private static string Continue(string[] lines, int at, string text)
    {
        var indent = lines[at].Length - lines[at].TrimStart().Length;
        var parts = new List<string> { text.Trim() };
        for (var i = at + 1; i < lines.Length && lines[i].Trim().Length > 0
            && lines[i].Length - lines[i].TrimStart().Length > indent; i++) parts.Add(lines[i].Trim());
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }

    private static void Add(Dictionary<string, string> into, string name, string text)
    {
        if (text.Length > 0) into.TryAdd(name.TrimStart('*'), text);
    }

    [GeneratedRegex(@"^(Args|Arguments|Params|Parameters|Keyword Args|Keyword Arguments|Other Parameters|Returns?|Yields?|Raises|Warns"
        + @"|Receives|Attributes|Examples?|Notes?|Warnings?|See Also|References|Todo|Usage|Example usage|Tip)\s*:\s*$",
        RegexOptions.CultureInvariant)]
    private static partial Regex GoogleSection();

    [GeneratedRegex(@"^(Args|Arguments|Params|Parameters|Keyword Args|Keyword Arguments|Other Parameters)$", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterSection();

    [GeneratedRegex(@"^(?>\s*)([-*]\s*)?`?(?<name>\*{0,2}[A-Za-z_]\w*)`?\s*(\([^)]*\))?\s*:\s*(?<text>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex GoogleParameter();

    [GeneratedRegex(@"^:(param|parameter|arg|argument|key|keyword|type|return|returns|rtype|raises?|raise|except|yields?)\b[^:]*:",
        RegexOptions.CultureInvariant)]
    private static partial Regex RestField();

    [GeneratedRegex(@"^:(param|parameter|arg|argument|key|keyword)\s+([^:]*\s)?\*{0,2}(?<name>\w+)\s*:\s*(?<text>.*)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex RestParameter();
}
