using System.Text.Json;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Notebooks;

/// <summary>
/// A conversion in the neutral words of notebook corpora: names as the notebook gives them, hosted tools among the tools. Made to compare
/// converters and to read by eye; <see cref="NotebookConversion"/> is what the platform uses.
/// </summary>
public sealed record NormalisedConversion(
    IReadOnlyList<NormalisedAgent> Agents,
    IReadOnlyList<NormalisedTool> Tools,
    NormalisedFlow? Flow,
    IReadOnlyList<string> Packages,
    IReadOnlyList<string> Secrets,
    IReadOnlyList<NormalisedKnowledge> Knowledge,
    IReadOnlyList<NormalisedGap> NotConverted)
{
    public static NormalisedConversion Of(NotebookConversion conversion)
    {
        var names = conversion.Agents.ToDictionary(
            a => a.Definition.Name, a => a.DeclaredName ?? a.Definition.Name, StringComparer.Ordinal);
        var tools = conversion.Tools.ToDictionary(t => t.Definition.Name, t => t.DeclaredName ?? t.Definition.Name, StringComparer.Ordinal);
        return new NormalisedConversion(
            [.. conversion.Agents.Select(a => Agent(a, names, tools))],
            [.. conversion.Tools.Select(Tool), .. conversion.UnavailableTools.Select(Tool)],
            FlowOf(conversion.Flow, names),
            [.. conversion.Packages.Select(p => p.Name)],
            [.. conversion.Secrets.Select(s => s.Name)],
            [.. conversion.Knowledge.Select(k => new NormalisedKnowledge(k.Kind, k.Source))],
            [.. conversion.NotConverted.Select(n => new NormalisedGap(n.Origin.Cell, n.What, n.Why))]);
    }

    private static NormalisedAgent Agent(ConvertedAgent agent, Dictionary<string, string> names, Dictionary<string, string> tools) => new(
        names[agent.Definition.Name],
        agent.Aliases,
        agent.DeclaredModel,
        agent.Definition.Instructions.Length == 0 ? null : agent.Definition.Instructions,
        [.. agent.Definition.Tools.Select(t => tools.GetValueOrDefault(t, t)), .. agent.UnavailableTools],
        [.. agent.Definition.Handoffs.Select(h => names.GetValueOrDefault(h, h))],
        agent.OutputType,
        agent.Origin.Cell);

    private static NormalisedTool Tool(ConvertedTool tool) => new(
        tool.DeclaredName ?? tool.Definition.Name,
        tool.Definition.Kind == ToolKind.Agent ? "agent" : "function",
        tool.Definition.Description,
        tool.Aliases,
        [.. Parameters(tool.Definition.Parameters)],
        tool.Origin.Cell);

    private static NormalisedTool Tool(UnavailableTool tool) => new(
        tool.Name, tool.Kind, tool.Description, [], tool.Parameters is { } schema ? [.. Parameters(schema)] : null, tool.Origin.Cell);

    private static IEnumerable<NormalisedParameter> Parameters(JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) yield break;
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(n => n.GetString()).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var property in properties.EnumerateObject())
            yield return new NormalisedParameter(property.Name, Type(schema, property.Value), required.Contains(property.Name));
    }

    /// <summary>The one JSON type a value may have beside null; <c>any</c> when there are several or none is stated.</summary>
    private static string Type(JsonElement root, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return "any";
        if (schema.TryGetProperty("$ref", out var reference) && Resolve(root, reference.GetString()) is { } target)
            return Type(root, target);
        if (schema.TryGetProperty("type", out var type))
        {
            return type.ValueKind == JsonValueKind.String ? type.GetString()!
                : type.ValueKind == JsonValueKind.Array ? Single(type.EnumerateArray().Select(t => t.GetString() ?? "any"))
                : "any";
        }
        if (schema.TryGetProperty("anyOf", out var options) && options.ValueKind == JsonValueKind.Array)
            return Single(options.EnumerateArray().Select(o => Type(root, o)));
        return "any";
    }

    private static string Single(IEnumerable<string> types) =>
        types.Where(t => t != "null").Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : "any";

    private static JsonElement? Resolve(JsonElement root, string? reference) =>
        reference?.StartsWith("#/$defs/", StringComparison.Ordinal) == true
        && root.TryGetProperty("$defs", out var definitions) && definitions.TryGetProperty(reference["#/$defs/".Length..], out var found)
            ? found
            : null;

    private static NormalisedFlow? FlowOf(ConvertedFlow? flow, Dictionary<string, string> names) => flow is null ? null
        : new NormalisedFlow(
        flow.Kind,
        [.. flow.Nodes.Select(n => names.GetValueOrDefault(n, n))],
        [.. flow.Edges.Select(e => (IReadOnlyList<string>)[names.GetValueOrDefault(e.From, e.From), names.GetValueOrDefault(e.To, e.To)])]);
}

public sealed record NormalisedAgent(
    string Name, IReadOnlyList<string> Aliases, string? Model, string? Instructions, IReadOnlyList<string> Tools,
        IReadOnlyList<string> Handoffs,
    string? OutputType, int Cell);

public sealed record NormalisedTool(
    string Name, string Kind, string? Description, IReadOnlyList<string> Aliases, IReadOnlyList<NormalisedParameter>? Params, int Cell);

public sealed record NormalisedParameter(string Name, string Type, bool Required);

public sealed record NormalisedFlow(string Kind, IReadOnlyList<string> Nodes, IReadOnlyList<IReadOnlyList<string>> Edges);

public sealed record NormalisedKnowledge(string Kind, string Source);

public sealed record NormalisedGap(int Cell, string What, string Why);
