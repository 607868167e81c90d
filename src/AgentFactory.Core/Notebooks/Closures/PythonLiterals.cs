using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>Known values as Python source.</summary>
internal static class PythonLiterals
{
    /// <summary>False when a part of the value is not known or is no plain data.</summary>
    public static bool TryWrite(Value value, out string literal)
    {
        var text = PythonText.Repr(value, "");
        literal = text.Known ?? "";
        return text.IsKnown && IsData(value, 0);
    }

    private static bool IsData(Value value, int depth) => depth < 12 && value switch
    {
        TextValue text => text.IsKnown,
        ConstantValue { Content: null or bool or System.Numerics.BigInteger or double } => true,
        SequenceValue { IsOpen: false, Kind: not SequenceKind.Set } list => list.Items.TrueForAll(i => IsData(i, depth + 1)),
        MappingValue { IsOpen: false } map => map.Entries.All(e => IsData(e.Key, depth + 1) && IsData(e.Value, depth + 1)),
        _ => false,
    };
}
