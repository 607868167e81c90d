using System.Runtime.CompilerServices;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>
/// Goes through a notebook in the order of its cells as Python would, with values that may be unknown: both ways of a test that cannot
/// be decided, a loop over its known items or once, calls of the notebook's own functions with their arguments. Nothing of the notebook
/// is run. What it leaves is the module's names and every call of something external. Not thread-safe; one for each notebook.
/// </summary>
internal sealed class Interpreter
{
    /// <summary>Expressions evaluated for one notebook. Real notebooks need some thousands.</summary>
    public const int MaxSteps = 1_000_000;

    private const int MaxCallDepth = 10;
    private readonly CancellationToken cancellationToken;
    private readonly List<FunctionValue> stack = [];
    private int steps;

    public Interpreter(CancellationToken cancellationToken)
    {
        this.cancellationToken = cancellationToken;
        Expressions = new Expressions(this);
        Statements = new Statements(this);
        Calls = new Calls(this);
    }

    public Scope Module { get; } = new(null);
    public Expressions Expressions { get; }
    public Statements Statements { get; }
    public Calls Calls { get; }

    /// <summary>Every external call in the order the interpreter came by them.</summary>
    public List<ExternalCall> Trace { get; } = [];

    public List<FunctionValue> Functions { get; } = [];
    public List<ClassValue> Classes { get; } = [];
    public List<ObjectValue> Objects { get; } = [];
    public EnvironmentReads Environment { get; } = new();
    public WrittenFiles Files { get; } = new();

    /// <summary>Modules of which everything was imported: <c>from agents import *</c>.</summary>
    public HashSet<string> StarImports { get; } = new(StringComparer.Ordinal);

    /// <summary>The notebook is larger than what is gone through; the rest counts as unknown.</summary>
    public bool IsExhausted => steps >= MaxSteps;

    public IReadOnlyList<FunctionValue> Stack => stack;

    public void RunCell(ProgramCell cell) =>
        Statements.Run(cell.Module.Body, new Frame(cell, Module, null, null, isReached: true));

    /// <summary>
    /// Goes into functions and methods that no cell calls: a user interface or a server does, with values nobody knows now.
    /// </summary>
    public void EnterUnreached()
    {
        for (var i = 0; i < Classes.Count; i++)
        {
            if (!Classes[i].WasInstantiated) Calls.Instantiate(Classes[i], CallArguments.Unknown, null, isReached: false);
        }
        for (var i = 0; i < Functions.Count; i++)
        {
            if (!Functions[i].WasEntered && Functions[i].Def is not null) Calls.Enter(Functions[i]);
        }
    }

    /// <summary>Counts one step. False when there is no budget or stack left for it.</summary>
    public bool TryStep()
    {
        if ((++steps & 0xFF) == 0) cancellationToken.ThrowIfCancellationRequested();
        return steps < MaxSteps && RuntimeHelpers.TryEnsureSufficientExecutionStack();
    }

    /// <summary>A text that was made costs steps by its length: else a few lines fill the memory with long ones.</summary>
    public void PayFor(Value? made)
    {
        if (made is TextValue text) steps = (int)Math.Min(MaxSteps, steps + (long)(text.KnownLength >> 6));
    }

    /// <summary>False when the function is being gone through already, or calls nest too deeply to tell more.</summary>
    public bool TryEnter(FunctionValue function)
    {
        if (stack.Count >= MaxCallDepth || IsExhausted || stack.Exists(f => f.Definition == function.Definition)) return false;
        stack.Add(function);
        return true;
    }

    public void Leave() => stack.RemoveAt(stack.Count - 1);
}
