using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>One schema of the document: the rules its keywords make.</summary>
internal sealed class SchemaNode(string pointer)
{
    public string Pointer { get; } = pointer;
    public List<SchemaRule> Rules { get; } = [];

    /// <summary>Schemas that look at the same value as this one: a circle of these would never end.</summary>
    public IEnumerable<SchemaNode> InPlace => Rules.SelectMany(rule => rule.InPlace);

    public void Check(JsonElement value, SchemaCheck check)
    {
        if (!check.Enter()) return;
        foreach (var rule in Rules) rule.Check(value, check);
        check.Leave();
    }
}

/// <summary>What one keyword, or a few that belong together, ask of a value. Immutable.</summary>
internal abstract class SchemaRule
{
    public virtual IEnumerable<SchemaNode> InPlace => [];

    /// <summary>Reports what is wrong; a value of a type the keyword doesn't speak of is always right.</summary>
    public abstract void Check(JsonElement value, SchemaCheck check);
}
