using System.Globalization;
using System.Text;

namespace AgentFactory.Core.Notebooks;

/// <summary>Writes a conversion for people: what they have now, what needs them, then everything with its place in the notebook.</summary>
internal static class ConversionReport
{
    public static string Write(NotebookConversion conversion)
    {
        var text = new StringBuilder();
        WriteSummary(text, conversion);
        WriteAgents(text, conversion);
        WriteTools(text, conversion);
        WriteFlow(text, conversion.Flow);
        Section(text, "Left out of the definitions", conversion.UnavailableTools, t =>
            $"{t.Name} ({t.Kind}), {t.Origin}: {t.Why} {t.Next}");
        Section(text, "Not converted", conversion.NotConverted, n => $"{n.What}{Of(n.Framework)}, {n.Origin}: {n.Why} {n.Next}");
        Section(text, "Good to know", conversion.Findings.Where(f => f.Level != FindingLevel.Action), Line);
        Section(text, "Secrets, by name", conversion.Secrets, s =>
            $"{s.Name}, {s.Origin}{(s.LiteralRemoved ? ": its value stood in the notebook and was removed" : "")}");
        Section(text, "Knowledge the notebook reads (nothing was fetched)", conversion.Knowledge, k => $"{k.Kind} {k.Source}, {k.Origin}");
        Section(text, "Packages", conversion.Packages, p => $"{p.Name}{p.Version}{Use(p)}");
        Section(text, "Example inputs", conversion.Examples, e =>
            $"{(e.Agent is null ? "" : e.Agent + ": ")}{Short(e.Input)} ({e.Origin}{(e.RecordedOutput is null ? "" : ", with a "
                + $"recorded output nobody has checked")})");
        Section(text, "Every cell, counted from 0, text cells too", conversion.Cells, c =>
            $"{c.Index,3}  {c.Type,-8}  {Word(c.Outcome),-13}  {c.Reason}{(c.Next is null ? "" : " " + c.Next)}");
        return text.ToString();
    }

    private static void WriteSummary(StringBuilder text, NotebookConversion conversion)
    {
        text.Append("Notebook ").Append(conversion.Name);
        if (conversion.FileName is { } file) text.Append(" (").Append(OneLine(file)).Append(')');
        text.Append('\n');
        text.Append(conversion.Agents.Count == 0 && conversion.Tools.Count == 0
            ? "No agent was found."
            : $"{Count(conversion.Agents.Count, "agent")} and {Count(conversion.Tools.Count, "tool")} were converted.");
        if (conversion.NotConverted.Count > 0)
            text.Append(CultureInfo.InvariantCulture,
                $" {Count(conversion.NotConverted.Count, "thing")} could not be: see 'Not converted'.");
        text.Append('\n');
        Section(text, "What to do next", NextSteps(conversion), step => step);
    }

    private static IEnumerable<string> NextSteps(NotebookConversion conversion)
    {
        foreach (var finding in conversion.Findings.Where(f => f.Level == FindingLevel.Action)) yield return Line(finding);
        if (conversion.Agents is [var first, ..])
            yield return $"Try it: agent-factory ask {first.Definition.Name} \"{Example(
                conversion, first)}\" (without a key: --model demo/offline)";
    }

    private static string Example(NotebookConversion conversion, ConvertedAgent agent) =>
        Short(conversion.Examples.FirstOrDefault(e => e.Agent == agent.Definition.Name)?.Input ?? "What can you do?").Replace('"', '\'');

    private static void WriteAgents(StringBuilder text, NotebookConversion conversion)
    {
        Section(text, "Agents", conversion.Agents, a =>
        {
            var line = new StringBuilder($"{a.Definition.Name}{Declared(
                a.DeclaredName, a.Definition.Name)}, {a.Definition.Model}, {a.Framework}, {a.Origin}");
            Detail(line, "instructions", Short(a.Definition.Instructions));
            Detail(line, "tools", string.Join(", ", a.Definition.Tools));
            Detail(line, "left out", string.Join(", ", a.UnavailableTools));
            Detail(line, "hands off to", string.Join(", ", a.Definition.Handoffs));
            Detail(line, "answers as", a.OutputType ?? "");
            return line.ToString();
        });
    }

    private static void WriteTools(StringBuilder text, NotebookConversion conversion)
    {
        Section(text, "Tools", conversion.Tools, t =>
        {
            var line = new StringBuilder($"{t.Definition.Name}{Declared(t.DeclaredName, t.Definition.Name)}, {Word(
                t.Definition.Kind)}, {t.Origin}");
            Detail(line, "for the model", Short(t.Definition.Description));
            if (t.Definition.Agent is { } agent) Detail(line, "runs the agent", agent);
            if (t.Definition.Python is { } program)
            {
                Detail(line, "packages", string.Join(", ", program.Requirements));
                Detail(line, "secrets", string.Join(", ", program.Secrets));
            }
            Detail(line, "uses", string.Join(", ", t.Needs));
            Detail(line, "module state", string.Join(", ", t.State));
            return line.ToString();
        });
    }

    private static void WriteFlow(StringBuilder text, ConvertedFlow? flow)
    {
        if (flow is null) return;
        Section(text, $"Flow: {flow.Kind}", flow.Edges, e => $"{e.From} -> {e.To}");
        Section(text, "Tasks, in order", flow.Steps.Select((s, i) => (s, i)), x =>
            $"{x.i + 1}. {x.s.Agent ?? "(the manager decides)"}: {Short(x.s.Task)} ({x.s.Origin})");
    }

    private static void Section<T>(StringBuilder text, string title, IEnumerable<T> items, Func<T, string> line)
    {
        var any = false;
        foreach (var item in items)
        {
            if (!any) text.Append('\n').Append(title).Append('\n');
            any = true;
            text.Append("  ").Append(line(item)).Append('\n');
        }
    }

    private static void Detail(StringBuilder line, string name, string value)
    {
        if (value.Length > 0) line.Append("\n      ").Append(name).Append(": ").Append(value);
    }

    private static string Line(Finding finding) =>
        $"{finding.About}, {finding.Origin}: {finding.What}{(finding.Next is null ? "" : " " + finding.Next)}";

    private static string Declared(string? declared, string name) => declared is null || declared == name ? ""
        : $" \"{OneLine(declared)}\"";

    private static string Of(string? framework) => framework is null ? "" : $" of {framework}";

    private static string Use(NotebookPackage package) => (package.Installed, package.Imported) switch
    {
        (true, false) => " (installed, never imported)",
        (false, true) => " (imported, not installed by the notebook)",
        _ => "",
    };

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Word<T>(T value) where T : struct, Enum => value switch
    {
        CellOutcome.NotConverted => "not converted",
        _ => value.ToString().ToLowerInvariant(),
    };

    private static string Short(string text)
    {
        var line = OneLine(text);
        if (line.Length <= 100) return line;
        var end = char.IsHighSurrogate(line[98]) ? 98 : 99;
        return line[..end] + "…";
    }

    /// <summary>One line without control characters: a notebook's text must not move the cursor or forge a line of the report.</summary>
    private static string OneLine(string text) => string.Join(' ', new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)])
        .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
