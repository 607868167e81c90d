using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

internal sealed class AllOfRule(IReadOnlyList<SchemaNode> nodes) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => nodes;

    public override void Check(JsonElement value, SchemaCheck check)
    {
        foreach (var node in nodes) node.Check(value, check);
    }
}

internal sealed class AnyOfRule(IReadOnlyList<SchemaNode> nodes) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => nodes;

    public override void Check(JsonElement value, SchemaCheck check)
    {
        var attempts = new List<SchemaCheck>(nodes.Count);
        foreach (var node in nodes)
        {
            var attempt = check.Try(node, value);
            if (attempt.Count == 0) return;
            attempts.Add(attempt);
        }
        Alternatives.Report(attempts, check);
    }
}

internal sealed class OneOfRule(IReadOnlyList<SchemaNode> nodes) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => nodes;

    public override void Check(JsonElement value, SchemaCheck check)
    {
        var attempts = nodes.Select(node => check.Try(node, value)).ToList();
        var passed = attempts.Count(attempt => attempt.Count == 0);
        if (passed == 0) Alternatives.Report(attempts, check);
        else if (passed > 1) check.Report($"must satisfy exactly one of {nodes.Count} alternatives, but satisfies {passed}");
    }
}

internal sealed class NotRule(SchemaNode node) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => [node];

    public override void Check(JsonElement value, SchemaCheck check)
    {
        if (check.Passes(node, value)) check.Report("must not satisfy the schema in `not`");
    }
}

/// <summary><c>if</c>, <c>then</c>, <c>else</c>.</summary>
internal sealed class ConditionRule(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : SchemaRule
{
    public override IEnumerable<SchemaNode> InPlace => new[] { condition, then, otherwise }.OfType<SchemaNode>();

    public override void Check(JsonElement value, SchemaCheck check)
    {
        var next = check.Passes(condition, value) ? then : otherwise;
        next?.Check(value, check);
    }
}

internal sealed class RefRule : SchemaRule
{
    /// <summary>Set once every schema of the document is known.</summary>
    public SchemaNode? Target { get; set; }

    public override IEnumerable<SchemaNode> InPlace => [Target!];

    public override void Check(JsonElement value, SchemaCheck check) => Target!.Check(value, check);
}

/// <summary>How a value that fits none of several schemas is explained.</summary>
internal static class Alternatives
{
    /// <summary>
    /// The alternative that was most likely meant: the only one whose own type fits, so that its faults lie further inside. Else one line
    /// that says the first fault of each.
    /// </summary>
    public static void Report(IReadOnlyList<SchemaCheck> attempts, SchemaCheck check)
    {
        var here = check.Path;
        var meant = attempts.Where(attempt => attempt.Violations.All(violation => violation.Path != here)).ToList();
        if (meant.Count == 1)
        {
            foreach (var violation in meant[0].Violations) check.Report(violation);
            return;
        }
        var reasons = attempts.Select((attempt, i) => $"({i + 1}) {Relative(attempt.Violations[0], here)}").Distinct().Take(8);
        check.Report($"must satisfy one of {attempts.Count} alternatives: {string.Join("; ", reasons)}");
    }

    private static string Relative(SchemaViolation violation, string here) =>
        violation.Path.Length > here.Length ? $"{violation.Path[(here.Length + 1)..]} {violation.Message}" : violation.Message;
}
