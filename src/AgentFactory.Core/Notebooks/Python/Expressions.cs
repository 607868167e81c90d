namespace AgentFactory.Core.Notebooks.Python;

public sealed record BoolOp(BoolOperator Op, IReadOnlyList<Expression> Values) : Expression;

/// <summary><c>Target := Value</c></summary>
public sealed record NamedExpr(Name Target, Expression Value) : Expression;

public sealed record BinOp(Expression Left, BinaryOperator Op, Expression Right) : Expression;

public sealed record UnaryOp(UnaryOperator Op, Expression Operand) : Expression;

public sealed record Lambda(Arguments Args, Expression Body) : Expression;

/// <summary><c>Body if Test else Orelse</c></summary>
public sealed record IfExp(Expression Test, Expression Body, Expression Orelse) : Expression;

/// <summary>A null key is <c>**value</c>.</summary>
public sealed record Dict(IReadOnlyList<Expression?> Keys, IReadOnlyList<Expression> Values) : Expression;

public sealed record Set(IReadOnlyList<Expression> Elts) : Expression;

public sealed record ListComp(Expression Elt, IReadOnlyList<Comprehension> Generators) : Expression;

public sealed record SetComp(Expression Elt, IReadOnlyList<Comprehension> Generators) : Expression;

public sealed record DictComp(Expression Key, Expression Value, IReadOnlyList<Comprehension> Generators) : Expression;

public sealed record GeneratorExp(Expression Elt, IReadOnlyList<Comprehension> Generators) : Expression;

public sealed record Await(Expression Value) : Expression;

public sealed record Yield(Expression? Value) : Expression;

public sealed record YieldFrom(Expression Value) : Expression;

/// <summary><c>Left op comparator op comparator</c>: as many operators as comparators.</summary>
public sealed record Compare(Expression Left, IReadOnlyList<CompareOperator> Ops, IReadOnlyList<Expression> Comparators) : Expression;

/// <summary>Positional arguments (also <see cref="Starred"/>) and keywords.</summary>
public sealed record Call(Expression Func, IReadOnlyList<Expression> Args, IReadOnlyList<Keyword> Keywords) : Expression;

/// <summary>One <c>{...}</c> of an f-string. <paramref name="Conversion"/> is <c>'s'</c>, <c>'r'</c>, <c>'a'</c> or null.</summary>
public sealed record FormattedValue(Expression Value, char? Conversion, JoinedStr? FormatSpec) : Expression;

/// <summary>One <c>{...}</c> of a t-string. <paramref name="Str"/> is the text of the expression.</summary>
public sealed record Interpolation(Expression Value, string Str, char? Conversion, JoinedStr? FormatSpec) : Expression;

/// <summary>An f-string: <see cref="Constant"/> texts and <see cref="FormattedValue"/>s.</summary>
public sealed record JoinedStr(IReadOnlyList<Expression> Values) : Expression;

/// <summary>A t-string: <see cref="Constant"/> texts and <see cref="Interpolation"/>s.</summary>
public sealed record TemplateStr(IReadOnlyList<Expression> Values) : Expression;

/// <summary>
/// A literal. <paramref name="Value"/> is a <see cref="string"/>, <see cref="byte"/> array, <see cref="System.Numerics.BigInteger"/>,
/// <see cref="double"/>, <see cref="System.Numerics.Complex"/> or <see cref="bool"/>,
/// <see cref="Ellipsis.Value"/>, or null for <c>None</c>.
/// </summary>
/// <param name="Kind"><c>u</c> for a string written with that prefix, else null.</param>
public sealed record Constant(object? Value, string? Kind = null) : Expression;

public sealed record Attribute(Expression Value, string Attr, ExpressionContext Ctx) : Expression;

/// <summary><c>Value[Slice]</c></summary>
public sealed record Subscript(Expression Value, Expression Slice, ExpressionContext Ctx) : Expression;

public sealed record Starred(Expression Value, ExpressionContext Ctx) : Expression;

public sealed record Name(string Id, ExpressionContext Ctx) : Expression;

public sealed record List(IReadOnlyList<Expression> Elts, ExpressionContext Ctx) : Expression;

public sealed record Tuple(IReadOnlyList<Expression> Elts, ExpressionContext Ctx) : Expression;

public sealed record Slice(Expression? Lower, Expression? Upper, Expression? Step) : Expression;

/// <summary><c>for Target in Iter if ... if ...</c> inside a comprehension.</summary>
public sealed record Comprehension(Expression Target, Expression Iter, IReadOnlyList<Expression> Ifs, bool IsAsync) : Node;

/// <summary>
/// The parameters of a function or lambda. <paramref name="KwDefaults"/> has an entry (null: required) for each of
/// <paramref name="KwOnlyArgs"/>; <paramref name="Defaults"/> belong to the last of the positional ones.
/// </summary>
public sealed record Arguments(
    IReadOnlyList<Arg> PosOnlyArgs,
    IReadOnlyList<Arg> Args,
    Arg? VarArg,
    IReadOnlyList<Arg> KwOnlyArgs,
    IReadOnlyList<Expression?> KwDefaults,
    Arg? KwArg,
    IReadOnlyList<Expression> Defaults) : Node;

/// <summary>A parameter; its name is <c>Arg</c> in CPython, which C# gives to the type.</summary>
public sealed record Arg(string Name, Expression? Annotation) : Node;

/// <summary><c>name=value</c> of a call or class; a null name is <c>**value</c>.</summary>
public sealed record Keyword(string? Arg, Expression Value) : Node;

/// <summary>The value of the literal <c>...</c>.</summary>
public sealed class Ellipsis
{
    public static readonly Ellipsis Value = new();

    private Ellipsis()
    {
    }
}
