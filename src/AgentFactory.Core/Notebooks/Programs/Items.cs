using System.Numerics;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Items of lists, dicts, texts and types: <c>value[key]</c>.</summary>
internal static class Items
{
    /// <summary>Null when it is not known.</summary>
    public static Value? Get(Value owner, Value key) => (owner, key) switch
    {
        (MappingValue map, _) => map.Find(key),
        (SequenceValue list, ConstantValue { Content: BigInteger n }) => Index(n, list.Items.Count) is { } i
            && (!list.IsOpen || n.Sign >= 0) ? list.Items[i] : null,
        (TextValue { Known: { } text }, ConstantValue { Content: BigInteger n }) => Index(n, text.Length) is { } i
            ? TextValue.Of(text[i..(i + 1)]) : null,
        (ClassValue type, TextValue { Known: { } name }) => type.FindMember(name),
        _ => null,
    };

    /// <summary>A part of a list or text; null when it is not known.</summary>
    public static Value? Cut(Value owner, BigInteger? lower, BigInteger? upper)
    {
        var length = owner switch
        {
            SequenceValue { IsOpen: false } list => list.Items.Count,
            TextValue { Known: { } text } => text.Length,
            _ => -1,
        };
        if (length < 0) return null;
        var (from, to) = (Clamp(lower ?? 0, length), Clamp(upper ?? length, length));
        to = Math.Max(from, to);
        return owner is SequenceValue cut ? new SequenceValue(cut.Kind, cut.Items[from..to])
            : TextValue.Of(((TextValue)owner).Known![from..to]);
    }

    public static int? Index(BigInteger n, int count)
    {
        var index = n.Sign < 0 ? n + count : n;
        return index >= 0 && index < count ? (int)index : null;
    }

    public static void Extend(SequenceValue list, Value more)
    {
        if (list.Items.Count > 10_000) list.IsOpen = true;
        else if (more is SequenceValue other)
        {
            list.Items.AddRange(other.Items.ToList());
            list.IsOpen |= other.IsOpen;
        }
        else list.IsOpen = true;
    }

    /// <summary>A name that stands for a type, so that <c>[…]</c> behind it gives it arguments.</summary>
    public static bool IsType(Value value) => value switch
    {
        ClassValue => true,
        GenericValue => true,
        ExternalValue external => IsTypePath(external.Path),
        _ => false,
    };

    private static bool IsTypePath(string path)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return path is "builtins.list" or "builtins.dict" or "builtins.tuple" or "builtins.set" or "builtins.frozenset" or "builtins.type"
            || (name.Length > 0 && char.IsUpper(name[0]) && !path.Contains('[', StringComparison.Ordinal)
                && (name.Length == 1 || name.Any(char.IsLower)));
    }

    private static int Clamp(BigInteger n, int length) => (int)BigInteger.Max(0, BigInteger.Min(length, n.Sign < 0 ? n + length : n));
}
