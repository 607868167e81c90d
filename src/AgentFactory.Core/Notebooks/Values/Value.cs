using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>
/// What an expression of a notebook is known to be without running it. Lists, dicts and objects are mutable and equal only to themselves,
/// as in Python, so that an agent that is changed after it was made is seen as it ends up.
/// </summary>
internal abstract class Value
{
    public static readonly ConstantValue None = new(null);
}

/// <summary>A literal that is no text: null for <c>None</c>, bool, BigInteger, double, byte[] or <see cref="Ellipsis"/>.</summary>
internal sealed class ConstantValue(object? content) : Value
{
    public object? Content { get; } = content;
}

/// <summary>Something known only at run time. <paramref name="expression"/> is its source, which names the placeholder.</summary>
internal sealed class UnknownValue(string expression) : Value
{
    public string Expression { get; } = expression;
}

internal enum SequenceKind
{
    List,
    Tuple,
    Set,
}

internal sealed class SequenceValue(SequenceKind kind, IEnumerable<Value> items) : Value
{
    public SequenceKind Kind { get; } = kind;
    public List<Value> Items { get; } = [.. items];

    /// <summary>There may be more items than the known ones.</summary>
    public bool IsOpen { get; set; }
}

/// <summary>
/// Something imported, or reached from it by attributes and items; known by its path alone, for example <c>openai.OpenAI</c>.
/// </summary>
/// <param name="path">Qualified through imports; items stand as <c>[]</c>.</param>
/// <param name="root">The call whose result it was reached from; null when it was reached from an import.</param>
internal sealed class ExternalValue(string path, ResultValue? root = null) : Value
{
    public string Path { get; } = path;
    public ResultValue? Root { get; } = root;
}

/// <summary>A module that the notebook wrote itself: its names are the notebook's.</summary>
internal sealed class ModuleValue(Scope scope) : Value
{
    public Scope Scope { get; } = scope;
}

/// <summary>What a call of something external gave: an agent, a client, an answer.</summary>
internal sealed class ResultValue(ExternalCall call) : Value
{
    public ExternalCall Call { get; } = call;

    /// <summary>Attributes the notebook set on it.</summary>
    public Dictionary<string, Value> Attributes => Call.Attributes;
}

/// <summary><c>functools.partial(callee, ...)</c>: a function or class with some of its arguments given.</summary>
/// <param name="source">The whole expression, as a program can call it.</param>
internal sealed class PartialValue(Value callee, CallArguments given, string source) : Value
{
    public Value Callee { get; } = callee;
    public CallArguments Given { get; } = given;
    public string Source { get; } = source;
}

/// <summary>A type with arguments: <c>list[str]</c>, <c>Agent[Context]</c>, <c>int | None</c> (as <c>typing.Union</c>).</summary>
internal sealed class GenericValue(Value origin, IReadOnlyList<Value> arguments) : Value
{
    public Value Origin { get; } = origin;
    public IReadOnlyList<Value> Arguments { get; } = arguments;
}

/// <summary>An environment variable or stored secret that the notebook reads, without a value in the notebook.</summary>
internal sealed class EnvironmentValue(string name) : Value
{
    public string Name { get; } = name;
}

/// <summary>A decorator that is not the notebook's own.</summary>
/// <param name="Path">Of the decorator or of the function that gave it.</param>
/// <param name="Call">The call that gave it; null for a bare decorator.</param>
internal sealed record Decoration(string Path, ExternalCall? Call);

/// <summary>A function or lambda of the notebook.</summary>
internal sealed class FunctionValue(string name, Node definition, Arguments parameters, ProgramCell cell, Scope scope) : Value
{
    public string Name { get; } = name;

    /// <summary>A <see cref="FunctionDef"/> or a <see cref="Lambda"/>.</summary>
    public Node Definition { get; } = definition;

    public FunctionDef? Def => Definition as FunctionDef;
    public Arguments Parameters { get; } = parameters;
    public ProgramCell Cell { get; } = cell;

    /// <summary>Where its free names are looked up.</summary>
    public Scope Scope { get; } = scope;

    /// <summary>Values of the defaults, by parameter.</summary>
    public Dictionary<string, Value> Defaults { get; } = new(StringComparer.Ordinal);

    public List<Decoration> Decorations { get; } = [];

    /// <summary>The class it is defined in; null outside classes.</summary>
    public ClassValue? Class { get; init; }

    public bool IsStatic { get; set; }
    public bool IsClassMethod { get; set; }
    public bool IsProperty { get; set; }

    /// <summary>The interpreter went through its body, with arguments of a call or without.</summary>
    public bool WasEntered { get; set; }

    public Provenance Origin => Cell.At(Definition);
}

/// <summary>A method with the object it was taken from.</summary>
internal sealed class MethodValue(FunctionValue function, Value self) : Value
{
    public FunctionValue Function { get; } = function;
    public Value Self { get; } = self;
}

/// <summary>An annotated name in a class body.</summary>
internal sealed record ClassField(string Name, Expression? Annotation, Value? Default);

/// <summary>A class of the notebook.</summary>
internal sealed class ClassValue(ClassDef definition, ProgramCell cell, Scope scope, IReadOnlyList<Value> bases) : Value
{
    public ClassDef Definition { get; } = definition;
    public string Name => Definition.Name;
    public ProgramCell Cell { get; } = cell;

    /// <summary>Where names of its body that it does not define are looked up.</summary>
    public Scope Scope { get; } = scope;

    public IReadOnlyList<Value> Bases { get; } = bases;
    public Dictionary<string, Value> Members { get; } = new(StringComparer.Ordinal);
    public List<ClassField> Fields { get; } = [];
    public List<Decoration> Decorations { get; } = [];
    public bool WasInstantiated { get; set; }
    public Provenance Origin => Cell.At(Definition);

    /// <summary>The paths of external classes it is made from, nearest first.</summary>
    public IEnumerable<string> ExternalBases() => Bases.SelectMany(b => Unwrap(b) switch
    {
        ExternalValue external => [external.Path],
        ClassValue own when own != this => own.ExternalBases(),
        _ => Array.Empty<string>().AsEnumerable(),
    });

    /// <summary>A member of the class or of the notebook's own classes it is made from.</summary>
    public Value? FindMember(string name, int depth = 0)
    {
        if (Members.TryGetValue(name, out var member)) return member;
        if (depth > 16) return null;
        foreach (var parent in Bases)
        {
            if (parent is ClassValue own && own.FindMember(name, depth + 1) is { } found) return found;
        }
        return null;
    }

    private static Value Unwrap(Value value) => value is GenericValue generic ? generic.Origin : value;
}

/// <summary>An object of a class of the notebook.</summary>
internal sealed class ObjectValue(ClassValue type) : Value
{
    public ClassValue Class { get; } = type;
    public Dictionary<string, Value> Attributes { get; } = new(StringComparer.Ordinal);

    /// <summary>Module names it is bound to, first binding first.</summary>
    public List<string> Names { get; } = [];
}

/// <summary><c>super()</c> inside a method.</summary>
internal sealed class SuperValue(ClassValue type, Value self) : Value
{
    public ClassValue Class { get; } = type;
    public Value Self { get; } = self;
}
