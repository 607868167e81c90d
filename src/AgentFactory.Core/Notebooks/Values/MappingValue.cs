using System.Numerics;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>A dict, in the order of its keys' first appearance.</summary>
internal sealed class MappingValue : Value
{
    private static readonly object NoneKey = new();
    private readonly List<KeyValuePair<Value, Value>> entries = [];
    private readonly Dictionary<object, int> places = [];

    public IReadOnlyList<KeyValuePair<Value, Value>> Entries => entries;

    /// <summary>There may be more entries than the known ones.</summary>
    public bool IsOpen { get; set; }

    public Value? Find(string key) => places.TryGetValue(key, out var place) ? entries[place].Value : null;

    public Value? Find(Value key) => places.TryGetValue(KeyOf(key), out var place) ? entries[place].Value : null;

    public void Set(Value key, Value value)
    {
        if (places.TryAdd(KeyOf(key), entries.Count)) entries.Add(new(key, value));
        else entries[places[KeyOf(key)]] = new(key, value);
    }

    public void SetAll(MappingValue other)
    {
        foreach (var (key, value) in other.entries.ToList()) Set(key, value);
        IsOpen |= other.IsOpen;
    }

    /// <summary>Equal for keys that Python holds for equal: <c>1</c>, <c>1.0</c> and <c>True</c>; else a key equals only itself.</summary>
    private static object KeyOf(Value key) => key switch
    {
        TextValue { Known: { } text } => text,
        ConstantValue { Content: null } => NoneKey,
        ConstantValue { Content: bool b } => b ? 1.0 : 0.0,
        ConstantValue { Content: BigInteger n } => (double)n,
        ConstantValue { Content: double d } => d,
        _ => key,
    };
}
