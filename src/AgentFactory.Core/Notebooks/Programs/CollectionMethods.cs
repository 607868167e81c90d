using System.Numerics;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Methods of <c>list</c>, <c>set</c> and <c>dict</c>.</summary>
internal static class CollectionMethods
{
    private const int MaxItems = 10_000;

    /// <summary>Null when the result is not known.</summary>
    public static Value? Call(SequenceValue list, string name, CallArguments arguments, Frame frame)
    {
        var first = arguments.Positional.Count > 0 ? arguments.Positional[0] : null;
        switch (name)
        {
            case "append" or "add" when first is not null && list.Items.Count < MaxItems:
                list.Items.Add(first);
                return Value.None;
            case "extend" or "update" when first is not null:
                Items.Extend(list, first);
                return Value.None;
            case "insert" when arguments.Positional is [ConstantValue { Content: BigInteger at }, var item]:
                list.Items.Insert((int)BigInteger.Max(0, BigInteger.Min(list.Items.Count, at.Sign < 0 ? at + list.Items.Count : at)), item);
                return Value.None;
            case "clear":
                list.Items.Clear();
                list.IsOpen = false;
                return Value.None;
            case "copy":
                return new SequenceValue(list.Kind, list.Items) { IsOpen = list.IsOpen };
            case "pop" when first is null && list.Items.Count > 0:
                var last = list.Items[^1];
                // In a loop of unknown length nothing is known to be gone for good.
                if (frame.Function is null) list.Items.RemoveAt(list.Items.Count - 1);
                return last;
            case "reverse":
                list.Items.Reverse();
                return Value.None;
            default:
                return null;
        }
    }

    /// <summary>Null when the result is not known.</summary>
    public static Value? Call(MappingValue map, string name, CallArguments arguments)
    {
        var key = arguments.Positional.Count > 0 ? arguments.Positional[0] : null;
        switch (name)
        {
            case "get":
                return key is null ? null : Items.Get(map, key)
                    ?? (map.IsOpen || key is not (TextValue { IsKnown: true } or ConstantValue) ? null
                        : arguments.Positional.ElementAtOrDefault(1) ?? Value.None);
            case "items":
                return new SequenceValue(SequenceKind.List, map.Entries
                    .Select(e => new SequenceValue(SequenceKind.Tuple, [e.Key, e.Value])))
                { IsOpen = map.IsOpen };
            case "keys":
                return new SequenceValue(SequenceKind.List, map.Entries.Select(e => e.Key)) { IsOpen = map.IsOpen };
            case "values":
                return new SequenceValue(SequenceKind.List, map.Entries.Select(e => e.Value)) { IsOpen = map.IsOpen };
            case "copy":
                var copy = new MappingValue { IsOpen = map.IsOpen };
                copy.SetAll(map);
                return copy;
            case "update":
                Update(map, key, arguments);
                return Value.None;
            case "setdefault" when key is not null:
                var found = Items.Get(map, key) ?? arguments.Positional.ElementAtOrDefault(1) ?? Value.None;
                map.Set(key, found);
                return found;
            case "pop" when key is not null:
                return Items.Get(map, key) ?? arguments.Positional.ElementAtOrDefault(1);
            default:
                return null;
        }
    }

    private static void Update(MappingValue map, Value? other, CallArguments arguments)
    {
        if (other is MappingValue more) map.SetAll(more);
        else map.IsOpen |= other is not null;
        foreach (var (key, value) in arguments.Named) map.Set(TextValue.Of(key), value);
    }
}
