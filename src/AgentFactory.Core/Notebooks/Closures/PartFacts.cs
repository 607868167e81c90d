using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Closures;

/// <param name="Open">Names it takes from around it.</param>
/// <param name="Changed">Names that its functions change or declare to be another scope's.</param>
internal sealed record PartFacts(IReadOnlyList<string> Open, IReadOnlyList<string> Changed)
{
    /// <exception cref="PythonSyntaxException">The piece is no Python of its own.</exception>
    public static PartFacts Of(string text, Interpreter interpreter)
    {
        var parsed = PythonParser.ParseModule(text);
        var members = parsed.Descendants().OfType<Python.Attribute>()
            .Where(a => a.Value is Name owner && interpreter.Module.Find(owner.Id) is ModuleValue).Select(a => a.Attr);
        var functions = parsed.Descendants().Where(n => n is FunctionDef);
        return new PartFacts(
            [.. parsed.Body.SelectMany(FreeNames.Of).Concat(members)],
            [.. functions.SelectMany(f => BoundNames.Changed(f).Concat(f.Children.SelectMany(BoundNames.DeclaredElsewhere)))]);
    }
}

/// <summary>The facts of pieces that many programs share, read once.</summary>
internal sealed class PartFactsCache(Interpreter interpreter)
{
    private readonly Dictionary<string, PartFacts?> known = new(StringComparer.Ordinal);

    /// <summary>Null when the piece is no Python of its own.</summary>
    public PartFacts? Of(string text)
    {
        if (known.TryGetValue(text, out var facts)) return facts;
        try
        {
            facts = PartFacts.Of(text, interpreter);
        }
        catch (PythonSyntaxException)
        {
            facts = null;
        }
        return known[text] = facts;
    }
}
