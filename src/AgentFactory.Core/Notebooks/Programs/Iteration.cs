using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>What a loop or comprehension goes through: the known items, and one unknown when there may be more.</summary>
internal static class Iteration
{
    /// <param name="target">What each item is bound to; names unknown ones.</param>
    public static IEnumerable<Value> Items(Value iterable, Expression target, int limit)
    {
        var (items, isOpen) = iterable switch
        {
            SequenceValue list => (list.Items.ToList(), list.IsOpen),
            MappingValue map => (map.Entries.Select(e => e.Key).ToList(), map.IsOpen),
            ClassValue type => (type.Members.Values.Where(m => m is TextValue or ConstantValue).ToList(), false),
            _ => ([], true),
        };
        foreach (var item in items.Take(limit)) yield return item;
        if (isOpen && items.Count < limit) yield return Unknown(target);
    }

    /// <summary>A list of what is known of an iterable.</summary>
    public static SequenceValue ToList(Value iterable, SequenceKind kind) => iterable switch
    {
        SequenceValue list => new SequenceValue(kind, list.Items) { IsOpen = list.IsOpen },
        MappingValue map => new SequenceValue(kind, map.Entries.Select(e => e.Key)) { IsOpen = map.IsOpen },
        _ => new SequenceValue(kind, []) { IsOpen = true },
    };

    private static Value Unknown(Expression target) => target switch
    {
        Name name => new UnknownValue(name.Id),
        Python.Tuple tuple => new SequenceValue(SequenceKind.Tuple, tuple.Elts.Select(Unknown)),
        List list => new SequenceValue(SequenceKind.Tuple, list.Elts.Select(Unknown)),
        _ => new UnknownValue("item"),
    };
}
