using System.Numerics;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Operators on known values.</summary>
internal static class Operations
{
    private const int MaxRepeat = 1000;

    /// <summary>Null when the result is not known. Texts keep what is not known as placeholders named by the operand's source.</summary>
    public static Value? Binary(Value left, BinaryOperator op, Value right, string leftSource, string rightSource) =>
        (left, op, right) switch
        {
            (TextValue, BinaryOperator.Add, _) or (_, BinaryOperator.Add, TextValue) => Concatenate(left, right, leftSource, rightSource),
            (TextValue text, BinaryOperator.Mod, _) => TextFormat.Percent(text, right, rightSource),
            (TextValue text, BinaryOperator.Mult, ConstantValue { Content: BigInteger n }) => Repeat(text, n),
            (ConstantValue { Content: BigInteger n }, BinaryOperator.Mult, TextValue text) => Repeat(text, n),
            (SequenceValue a, BinaryOperator.Add, _) => Concatenate(a, right),
            (_, BinaryOperator.Add, SequenceValue b) => Concatenate(new SequenceValue(b.Kind, []) { IsOpen = true }, b),
            (MappingValue a, BinaryOperator.BitOr, MappingValue b) => Merge(a, b),
            (_, BinaryOperator.BitOr, _) when IsTypeOperand(left) && IsTypeOperand(right) => Union(left, right),
            (ConstantValue { Content: { } a }, _, ConstantValue { Content: { } b }) => Arithmetic(a, op, b),
            _ => null,
        };

    public static Value? Unary(UnaryOperator op, Value operand) => (op, operand) switch
    {
        (UnaryOperator.Not, _) => ValueEquality.Truth(operand) is { } truth ? new ConstantValue(!truth) : null,
        (UnaryOperator.USub, ConstantValue { Content: BigInteger n }) => new ConstantValue(-n),
        (UnaryOperator.USub, ConstantValue { Content: double d }) => new ConstantValue(-d),
        (UnaryOperator.UAdd, ConstantValue) => operand,
        _ => null,
    };

    /// <summary>Null when it cannot be known.</summary>
    public static bool? Compare(Value left, CompareOperator op, Value right) => op switch
    {
        CompareOperator.Eq or CompareOperator.Is => ValueEquality.Compare(left, right),
        CompareOperator.NotEq or CompareOperator.IsNot => !ValueEquality.Compare(left, right),
        CompareOperator.In => Contains(right, left),
        CompareOperator.NotIn => !Contains(right, left),
        _ => Number(left) is { } a && Number(right) is { } b
            ? op switch { CompareOperator.Lt => a < b, CompareOperator.LtE => a <= b, CompareOperator.Gt => a > b, _ => a >= b }
            : null,
    };

    public static double? Number(Value value) => value switch
    {
        ConstantValue { Content: BigInteger n } => (double)n,
        ConstantValue { Content: double d } => d,
        _ => null,
    };

    private static bool? Contains(Value container, Value item) => container switch
    {
        MappingValue map when item is TextValue { Known: { } key } => map.Find(key) is not null ? true : map.IsOpen ? null : false,
        SequenceValue list when list.Items.Exists(i => ValueEquality.AreEqual(i, item)) => true,
        SequenceValue { IsOpen: false } list when list.Items.TrueForAll(i => ValueEquality.Compare(i, item) == false) => false,
        TextValue { Known: { } text } when item is TextValue { Known: { } part } => text.Contains(part, StringComparison.Ordinal),
        _ => null,
    };

    /// <summary>A sum with one text in it is a text. What of it is not known becomes a placeholder.</summary>
    private static TextValue? Concatenate(Value left, Value right, string leftSource, string rightSource)
    {
        if (left is SequenceValue or MappingValue or ConstantValue || right is SequenceValue or MappingValue or ConstantValue) return null;
        return TextValue.Join(
            [PythonText.Str(left, leftSource), PythonText.Str(right, rightSource)],
            composed: left is not TextValue { IsKnown: true } || right is not TextValue { IsKnown: true });
    }

    private static TextValue? Repeat(TextValue text, BigInteger n) => n > MaxRepeat
        || text.KnownLength * (long)BigInteger.Max(n, 0) > TextValue.MaxLength
        ? null
        : TextValue.Join(Enumerable.Repeat(text, (int)BigInteger.Max(n, 0)));

    private static SequenceValue Concatenate(SequenceValue left, Value right)
    {
        var list = new SequenceValue(left.Kind, left.Items) { IsOpen = left.IsOpen };
        Items.Extend(list, right);
        return list;
    }

    private static MappingValue Merge(MappingValue a, MappingValue b)
    {
        var map = new MappingValue();
        map.SetAll(a);
        map.SetAll(b);
        return map;
    }

    private static bool IsTypeOperand(Value value) =>
        value is ConstantValue { Content: null } || Items.IsType(value) || value is ExternalValue { Path: var path }
            && path.StartsWith("builtins.", StringComparison.Ordinal);

    private static GenericValue Union(Value left, Value right)
    {
        static IEnumerable<Value> Options(Value value) =>
            value is GenericValue { Origin: ExternalValue { Path: "typing.Union" } } union ? union.Arguments : [value];
        return new GenericValue(new ExternalValue("typing.Union"), [.. Options(left), .. Options(right)]);
    }

    private static ConstantValue? Arithmetic(object a, BinaryOperator op, object b)
    {
        if (a is BigInteger x && b is BigInteger y)
        {
            if (x.GetByteCount() + y.GetByteCount() > 64) return null;
            return op switch
            {
                BinaryOperator.Add => new ConstantValue(x + y),
                BinaryOperator.Sub => new ConstantValue(x - y),
                BinaryOperator.Mult => new ConstantValue(x * y),
                BinaryOperator.Pow when y >= 0 && y <= 64 => new ConstantValue(BigInteger.Pow(x, (int)y)),
                BinaryOperator.FloorDiv when !y.IsZero && x.Sign >= 0 && y.Sign > 0 => new ConstantValue(x / y),
                BinaryOperator.Mod when !y.IsZero && x.Sign >= 0 && y.Sign > 0 => new ConstantValue(x % y),
                BinaryOperator.Div when !y.IsZero => new ConstantValue((double)x / (double)y),
                _ => null,
            };
        }
        if (Number(new ConstantValue(a)) is not { } p || Number(new ConstantValue(b)) is not { } q) return null;
        return op switch
        {
            BinaryOperator.Add => new ConstantValue(p + q),
            BinaryOperator.Sub => new ConstantValue(p - q),
            BinaryOperator.Mult => new ConstantValue(p * q),
            BinaryOperator.Div when q != 0 => new ConstantValue(p / q),
            _ => null,
        };
    }
}
