namespace AgentFactory.Core.Notebooks.Python;

/// <summary><c>operator</c></summary>
public enum BinaryOperator
{
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// <summary><c>boolop</c></summary>
public enum BoolOperator
{
    And,
    Or,
}

/// <summary><c>unaryop</c></summary>
public enum UnaryOperator
{
    Invert,
    Not,
    UAdd,
    USub,
}

/// <summary><c>cmpop</c></summary>
public enum CompareOperator
{
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// <summary><c>expr_context</c>: whether a name, attribute, item, list or tuple is read, written or deleted.</summary>
public enum ExpressionContext
{
    Load,
    Store,
    Del,
}
