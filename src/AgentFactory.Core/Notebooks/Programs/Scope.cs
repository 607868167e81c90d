using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Names of a module, function or comprehension and what they are bound to at the moment.</summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, Value> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> elsewhere = new(StringComparer.Ordinal);

    public Scope? Parent { get; } = parent;

    public Scope Module => Parent is null ? this : Parent.Module;

    public IEnumerable<KeyValuePair<string, Value>> Names => names;

    public Value? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.names.TryGetValue(name, out var value)) return value;
        }
        return null;
    }

    /// <summary>The scope that binds a name; null when none does.</summary>
    public Scope? Owner(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.names.ContainsKey(name)) return scope;
        }
        return null;
    }

    public void Bind(string name, Value value)
    {
        if (!elsewhere.Contains(name)) names[name] = value;
        else (Parent?.Owner(name) ?? Module).names[name] = value;
    }

    public void Unbind(string name) => names.Remove(name);

    /// <summary><c>global</c> and <c>nonlocal</c>.</summary>
    public void BindElsewhere(string name)
    {
        if (Parent is not null) elsewhere.Add(name);
    }

    public Dictionary<string, Value> Save() => new(names, StringComparer.Ordinal);

    public void Restore(Dictionary<string, Value> saved) => names = new Dictionary<string, Value>(saved, StringComparer.Ordinal);

    /// <summary>
    /// After two ways from <paramref name="start"/> that may both be taken: a name bound on one is bound; bound on both, the one that tells
    /// more stands, the first way's when both do; a way that did not change it does not count.
    /// </summary>
    public void Merge(Dictionary<string, Value> first, Dictionary<string, Value> start)
    {
        foreach (var (name, value) in first)
        {
            if (!names.TryGetValue(name, out var second)) names[name] = value;
            else if (!ReferenceEquals(value, start.GetValueOrDefault(name))) names[name] = Choice.Of(value, second);
        }
    }
}
