using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Core.Models;
using AgentFactory.Core.Runs;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Agents;

/// <summary>The rules of <see cref="AgentDefinition"/>. Every fault is found, each with its field and what to write instead.</summary>
public static partial class AgentValidation
{
    private const int MostTools = 128;
    private const int MostHandoffs = 32;
    private const int MostMetadata = 32;

    /// <summary>The model sees a hand-off as the tool <c>transfer_to_NAME</c>, and providers take 64 characters.</summary>
    private const int LongestHandoff = 64 - 12;

    /// <summary>True for a name an agent may have.</summary>
    public static bool IsName(string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>
    /// Everything that is wrong with <paramref name="definition"/> beside what it refers to; empty when it may be stored.
    /// </summary>
    public static IReadOnlyList<Fault> Check(AgentDefinition definition, AgentSurroundings known)
    {
        var faults = new FaultList();
        Check(definition, known, faults);
        return faults.All;
    }

    /// <summary>Throws <see cref="AgentFactoryException"/> with <c>invalid</c> and every fault.</summary>
    public static void Require(AgentDefinition definition, AgentSurroundings known)
    {
        var faults = new FaultList();
        Check(definition, known, faults);
        faults.ThrowIfAny();
    }

    /// <summary>The ranges of <see cref="RunLimits"/>, for an agent and for a run that asks for less.</summary>
    internal static void Check(RunLimits? limits, string param, FaultList faults)
    {
        if (limits is null) return;
        faults.Range($"{param}.max_turns", limits.MaxTurns, 1, 1_000);
        faults.Range($"{param}.max_tool_calls", limits.MaxToolCalls, 0, 10_000);
        faults.Range($"{param}.max_tokens", limits.MaxTokens, 1, 1_000_000_000);
        faults.AddIf(limits.MaxCostNanoUnits < 0, $"{param}.max_cost", "It is below zero; write an amount such as \"0.05\".");
        faults.Range($"{param}.max_seconds", limits.MaxSeconds, 1, 86_400, " seconds");
        faults.Range($"{param}.max_depth", limits.MaxDepth, 0, 16);
    }

    /// <summary>At most 32 pairs; keys up to 64 and values up to 1,024 characters.</summary>
    internal static void Check(IReadOnlyDictionary<string, string>? metadata, string param, FaultList faults)
    {
        if (faults.AddIf(metadata is null, param, "It is null; write an object of strings, or leave it out.")) return;
        if (faults.AddIf(metadata!.Count > MostMetadata, param, $"It has {metadata.Count} pairs; at most {MostMetadata} are taken."))
            return;
        foreach (var (key, value) in metadata)
            if (!faults.AddIf(key.Length == 0, param, "A key is empty; give it a name.") && faults.Text(param, key, 64, multiline: false))
                faults.Text($"{param}.{key}", value, 1_024);
    }

    private static void Check(AgentDefinition definition, AgentSurroundings known, FaultList faults)
    {
        CheckName(definition.Name, faults);
        if (definition.Title is not null) faults.Text("title", definition.Title, 200, multiline: false);
        if (definition.Description is not null) faults.Text("description", definition.Description, 2_000);
        faults.Text("instructions", definition.Instructions, 200_000);
        faults.AddIf(!ModelName.TryParse(definition.Model, out _), "model", ModelMessage(definition.Model));
        CheckSettings(definition.Settings, definition.Tools, faults);
        CheckNames("tools", definition.Tools, MostTools, known.Tools, "tool", faults);
        CheckHandoffs(definition, known, faults);
        CheckOutputSchema(definition.OutputSchema, faults);
        Check(definition.Limits, "limits", faults);
        Check(definition.Metadata, "metadata", faults);
    }

    private static void CheckName(string? name, FaultList faults)
    {
        if (IsName(name)) return;
        var suggestion = name is null ? "" : Slug(name);
        faults.Add("name", "It must be 1 to 63 lower-case letters, digits and hyphens, beginning with a letter or digit"
            + (suggestion.Length > 0 ? $", for example '{suggestion}'." : "."));
    }

    private static string ModelMessage(string? model) =>
        model is { Length: > 0 and <= 100 } && !model.Contains('/', StringComparison.Ordinal) && !model.Any(char.IsControl)
            ? $"'{model}' names no provider; write provider/model, for example 'openai/{model.Trim()}'."
            : "It must be provider/model in at most 200 characters without spaces, for example 'openai/gpt-4.1' or 'demo/offline'.";

    private static void CheckSettings(ModelSettings? settings, IReadOnlyList<string>? tools, FaultList faults)
    {
        if (settings is null) return;
        faults.Range("settings.temperature", settings.Temperature, 0, 2);
        faults.AddIf(settings.TopP is { } p && !(p > 0 && p <= 1), "settings.top_p", "It must be above 0 and at most 1.");
        faults.Range("settings.max_output_tokens", settings.MaxOutputTokens, 1, 1_000_000, " tokens");
        if (settings.ToolChoice is null or "auto" or "none") return;
        if (settings.ToolChoice == "required")
            faults.AddIf(tools is not { Count: > 0 }, "settings.tool_choice",
                "A tool call is required, but the agent has no tools; add one, or write 'auto'.");
        else
            faults.AddIf(
                tools?.Contains(settings.ToolChoice) != true, "settings.tool_choice",
                "It must be 'auto', 'none', 'required' or one of the agent's tools." + NearMatches.Hint(settings.ToolChoice, tools ?? []));
    }

    private static void CheckHandoffs(AgentDefinition definition, AgentSurroundings known, FaultList faults)
    {
        CheckNames("handoffs", definition.Handoffs, MostHandoffs, known.Agents, "agent", faults);
        for (var i = 0; i < definition.Handoffs?.Count; i++)
        {
            var target = definition.Handoffs[i];
            faults.AddIf(
                target is not null && target == definition.Name, $"handoffs[{i}]", "An agent cannot hand over to itself; remove it.");
            faults.AddIf(target?.Length > LongestHandoff && known.Agents.Contains(target), $"handoffs[{i}]",
                $"The model sees it as transfer_to_…, which leaves {LongestHandoff} characters for the name; shorten that agent's name.");
        }
    }

    private static void CheckNames(
        string param, IReadOnlyList<string>? names, int most, IReadOnlyCollection<string> known, string noun, FaultList faults)
    {
        if (faults.AddIf(names is null, param, "It is null; write a list of names, or leave it out.")) return;
        if (faults.AddIf(names!.Count > most, param, $"It has {names.Count:N0} names; at most {most} are taken.")) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            var (at, name) = ($"{param}[{i}]", names[i]);
            if (!faults.Text(at, name, 200, multiline: false)) continue;
            if (!faults.AddIf(!seen.Add(name), at, $"'{name}' is listed twice; name it once."))
                faults.AddIf(!known.Contains(name), at, $"There is no {noun} '{name}'; create it first.{NearMatches.Hint(name, known)}");
        }
    }

    private static void CheckOutputSchema(JsonElement? schema, FaultList faults)
    {
        if (schema is not { } element) return;
        const string Param = "output_schema";
        if (faults.AddIf(element.ValueKind != JsonValueKind.Object, Param, "It must be a JSON Schema object; leave it out for free text."))
            return;
        try
        {
            JsonSchema.Compile(element);
        }
        catch (AgentFactoryException e)
        {
            faults.Add(Param + e.Param, e.Message); // the schema's own param is a JSON Pointer
        }
    }

    /// <summary>What a name would be if it followed the rule; empty when nothing of it is usable.</summary>
    internal static string Slug(string text)
    {
        var cut = text.Length > 200 ? text[..200] : text;
        var slug = NotInName().Replace(cut.ToLowerInvariant(), "-").Trim('-');
        return slug.Length > 63 ? slug[..63].TrimEnd('-') : slug;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInName();
}
