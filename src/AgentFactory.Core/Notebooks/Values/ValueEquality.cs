using System.Numerics;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>Python's <c>==</c> and truth, as far as values are known.</summary>
internal static class ValueEquality
{
    /// <summary>True only when both are known and equal.</summary>
    public static bool AreEqual(Value a, Value b) => Compare(a, b) == true;

    /// <summary>Null when it cannot be known.</summary>
    public static bool? Compare(Value a, Value b)
    {
        if (ReferenceEquals(a, b)) return true;
        return (a, b) switch
        {
            (TextValue { Known: { } x }, TextValue { Known: { } y }) => x == y,
            (ConstantValue x, ConstantValue y) => AreEqual(x.Content, y.Content),
            (ConstantValue, TextValue { IsKnown: true }) or (TextValue { IsKnown: true }, ConstantValue) => false,
            (SequenceValue { IsOpen: false } x, SequenceValue { IsOpen: false } y) when x.Kind == y.Kind
                && x.Items.Count != y.Items.Count => false,
            (FunctionValue, FunctionValue) or (ClassValue, ClassValue) => false,
            (ResultValue or FunctionValue or ClassValue or ObjectValue, ConstantValue { Content: null }) => false,
            _ => null,
        };
    }

    /// <summary>Null when it cannot be known.</summary>
    public static bool? Truth(Value value) => value switch
    {
        ConstantValue { Content: null } => false,
        ConstantValue { Content: bool b } => b,
        ConstantValue { Content: BigInteger n } => !n.IsZero,
        ConstantValue { Content: double d } => d != 0,
        ConstantValue { Content: byte[] bytes } => bytes.Length > 0,
        TextValue { Known: { } text } => text.Length > 0,
        TextValue { KnownLength: > 0 } => true,
        SequenceValue { IsOpen: false } list => list.Items.Count > 0,
        SequenceValue { Items.Count: > 0 } => true,
        MappingValue { IsOpen: false } map => map.Entries.Count > 0,
        FunctionValue or ClassValue or MethodValue or ObjectValue => true,
        _ => null,
    };

    private static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (byte[] x, byte[] y) => x.AsSpan().SequenceEqual(y),
        (null, _) or (_, null) => false,
        _ => Number(a) is { } x && Number(b) is { } y ? x.Equals(y) : a.Equals(b),
    };

    private static double? Number(object value) => value switch
    {
        bool b => b ? 1 : 0,
        BigInteger n => (double)n,
        double d => d,
        _ => null,
    };
}
