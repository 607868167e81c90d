using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Models.Offline;

/// <summary>A tool as the offline model sees it: its words, and what its arguments could take from a text.</summary>
internal sealed class OfflineTool
{
    private readonly List<string> _name;
    private readonly List<string> _description;
    private readonly List<string> _parameters = [];
    private readonly List<string> _choices = [];
    private readonly HashSet<FindKind> _shapes = [];
    private readonly int _numbers;

    public OfflineTool(AIFunctionDeclaration tool)
    {
        Name = tool.Name;
        Schema = tool.JsonSchema;
        _name = OfflineWords.Of(tool.Name);
        _description = OfflineWords.Of(tool.Description);
        foreach (var (name, schema, required) in new OfflineSchema(Schema).Properties)
        {
            _parameters.AddRange(OfflineWords.Of(name + " " + schema.Description));
            foreach (var choice in schema.Enum)
                if (choice.ValueKind == JsonValueKind.String) _choices.AddRange(OfflineWords.Of(choice.GetString()!));
            if (OfflineShapes.Of(name) is { } shape) _shapes.Add(shape);
            if (name.EndsWith("id", StringComparison.OrdinalIgnoreCase)) _shapes.Add(FindKind.Id);
            TakesArithmetic |= schema.Type == "string" && OfflineShapes.TakesArithmetic(name, schema.Description + " " + tool.Description);
            TakesList |= schema.Type == "array";
            if (required && schema.Type is "integer" or "number") _numbers++;
        }
    }

    public string Name { get; }
    public JsonElement Schema { get; }
    public bool TakesArithmetic { get; }
    public bool TakesList { get; }
    public bool HandsOver => Name.StartsWith("transfer_to_", StringComparison.Ordinal);

    /// <summary>How much one word speaks for this tool: its name most, then a listed value, a parameter, the description.</summary>
    public double Weight(string word) => Math.Max(
        Math.Max(3 * Best(_name, word), 2 * Best(_choices, word)),
        Math.Max(1.5 * Best(_parameters, word), Best(_description, word)));

    /// <summary>How much the things in a text speak for this tool, whatever the words are.</summary>
    public double Evidence(OfflineText text)
    {
        var evidence = TakesArithmetic && text.Expression is not null ? 4 : 0.0;
        foreach (var shape in _shapes)
            if (text.Finds.Any(f => f.Kind == shape)) evidence += shape == FindKind.Id ? 1.5 : 3;
        return _numbers > text.Finds.Count(f => f.Kind == FindKind.Number) ? evidence - 1.5 : evidence;
    }

    private static double Best(List<string> words, string word)
    {
        var best = 0.0;
        foreach (var own in words) best = Math.Max(best, OfflineWords.Likeness(own, word));
        return best;
    }
}
