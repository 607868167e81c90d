using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>One activation of a module or function: where its names live and what it gives back.</summary>
/// <param name="function">Null at module level.</param>
/// <param name="isReached">False below a function that the notebook never calls.</param>
internal sealed class Frame(ProgramCell cell, Scope scope, FunctionValue? function, Value? self, bool isReached)
{
    public ProgramCell Cell { get; } = cell;
    public Scope Scope { get; } = scope;
    public FunctionValue? Function { get; } = function;

    /// <summary>What <c>self</c> or <c>cls</c> is; null outside methods.</summary>
    public Value? Self { get; } = self;

    public bool IsReached { get; } = isReached;
    public List<Value> Returned { get; } = [];
    public List<Value> Yielded { get; } = [];

    /// <summary>The same activation with names of its own on top: a comprehension, a class body.</summary>
    public Frame Inside(Scope inner) => new(Cell, inner, Function, Self, IsReached);

    public string Text(Node node) => Cell.Text(node);

    public UnknownValue Unknown(Node node) => new(Cell.Text(node));
}
