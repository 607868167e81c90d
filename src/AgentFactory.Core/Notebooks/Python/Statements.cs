namespace AgentFactory.Core.Notebooks.Python;

/// <summary><c>def</c> or, with <paramref name="IsAsync"/>, CPython's <c>AsyncFunctionDef</c>.</summary>
public sealed record FunctionDef(
    string Name,
    Arguments Args,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Expression> DecoratorList,
    Expression? Returns,
    IReadOnlyList<TypeParameter> TypeParams,
    bool IsAsync) : Statement;

public sealed record ClassDef(
    string Name,
    IReadOnlyList<Expression> Bases,
    IReadOnlyList<Keyword> Keywords,
    IReadOnlyList<Statement> Body,
    IReadOnlyList<Expression> DecoratorList,
    IReadOnlyList<TypeParameter> TypeParams) : Statement;

public sealed record Return(Expression? Value) : Statement;

public sealed record Delete(IReadOnlyList<Expression> Targets) : Statement;

/// <summary><c>a = b = Value</c> has two targets.</summary>
public sealed record Assign(IReadOnlyList<Expression> Targets, Expression Value) : Statement;

public sealed record TypeAlias(Name Name, IReadOnlyList<TypeParameter> TypeParams, Expression Value) : Statement;

public sealed record AugAssign(Expression Target, BinaryOperator Op, Expression Value) : Statement;

/// <param name="Simple">The target is a name that is not in parentheses.</param>
public sealed record AnnAssign(Expression Target, Expression Annotation, Expression? Value, bool Simple) : Statement;

/// <summary><c>for</c>; CPython's <c>AsyncFor</c> with <paramref name="IsAsync"/>.</summary>
public sealed record For(
    Expression Target, Expression Iter, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Orelse, bool IsAsync) : Statement;

public sealed record While(Expression Test, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Orelse) : Statement;

/// <summary>An <c>elif</c> is an <see cref="If"/> alone in <paramref name="Orelse"/>.</summary>
public sealed record If(Expression Test, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Orelse) : Statement;

/// <summary><c>with</c>; CPython's <c>AsyncWith</c> with <paramref name="IsAsync"/>.</summary>
public sealed record With(IReadOnlyList<WithItem> Items, IReadOnlyList<Statement> Body, bool IsAsync) : Statement;

public sealed record Match(Expression Subject, IReadOnlyList<MatchCase> Cases) : Statement;

public sealed record Raise(Expression? Exc, Expression? Cause) : Statement;

/// <summary><c>try</c>; CPython's <c>TryStar</c> with <paramref name="IsStar"/> (<c>except*</c>).</summary>
public sealed record Try(
    IReadOnlyList<Statement> Body,
    IReadOnlyList<ExceptHandler> Handlers,
    IReadOnlyList<Statement> Orelse,
    IReadOnlyList<Statement> Finalbody,
    bool IsStar) : Statement;

public sealed record Assert(Expression Test, Expression? Msg) : Statement;

public sealed record Import(IReadOnlyList<Alias> Names) : Statement;

/// <param name="Module">Null in <c>from . import x</c>.</param>
/// <param name="Level">The number of leading dots.</param>
public sealed record ImportFrom(string? Module, IReadOnlyList<Alias> Names, int Level) : Statement;

public sealed record Global(IReadOnlyList<string> Names) : Statement;

public sealed record Nonlocal(IReadOnlyList<string> Names) : Statement;

public sealed record Expr(Expression Value) : Statement;

public sealed record Pass : Statement;

public sealed record Break : Statement;

public sealed record Continue : Statement;

public sealed record ExceptHandler(Expression? Type, string? Name, IReadOnlyList<Statement> Body) : Node;

/// <summary>What is imported, <c>*</c> included, with its dots, and the name after <c>as</c>.</summary>
public sealed record Alias(string Name, string? Asname) : Node;

public sealed record WithItem(Expression ContextExpr, Expression? OptionalVars) : Node;

public sealed record MatchCase(Pattern Pattern, Expression? Guard, IReadOnlyList<Statement> Body) : Node;

public sealed record TypeVar(string Name, Expression? Bound, Expression? DefaultValue) : TypeParameter;

public sealed record ParamSpec(string Name, Expression? DefaultValue) : TypeParameter;

public sealed record TypeVarTuple(string Name, Expression? DefaultValue) : TypeParameter;
