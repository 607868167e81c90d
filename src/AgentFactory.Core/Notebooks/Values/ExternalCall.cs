using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Values;

/// <summary>One call of something that is not the notebook's own, as the interpreter came by it. What framework rules read.</summary>
internal sealed class ExternalCall
{
    /// <summary>What is called, qualified: <c>agents.Agent</c>, <c>openai.OpenAI.chat.completions.create</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The result of the call that what is called was reached from: the client of a request, the agent of a method.</summary>
    public ResultValue? Root { get; init; }

    public required IReadOnlyList<Value> Positional { get; init; }
    public required IReadOnlyList<KeyValuePair<string, Value>> Named { get; init; }

    /// <summary>
    /// The arguments as they were at the moment of the call; <see cref="Positional"/> and <see cref="Named"/> as they ended up.
    /// </summary>
    public required IReadOnlyList<Value> PositionalThen { get; init; }

    public required IReadOnlyList<KeyValuePair<string, Value>> NamedThen { get; init; }
    public required ProgramCell Cell { get; init; }
    public required Call Node { get; init; }

    /// <summary>The notebook's functions this call was made through, outermost first.</summary>
    public required IReadOnlyList<FunctionValue> Through { get; init; }

    /// <summary>False when the interpreter entered the outermost function by itself, since the notebook never calls it.</summary>
    public required bool IsReached { get; init; }

    /// <summary>Names of variables and attributes the result is bound to, first binding first.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Attributes the notebook set on the result.</summary>
    public Dictionary<string, Value> Attributes { get; } = new(StringComparer.Ordinal);

    public Provenance Origin => Cell.At(Node);

    /// <summary>The last part of <see cref="Path"/>.</summary>
    public string Member => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>An argument by name or, when <paramref name="position"/> is given, by place; as it ended up.</summary>
    public Value? Argument(string name, int position = -1) => Find(Named, Positional, name, position);

    /// <summary>The same, as it was at the moment of the call.</summary>
    public Value? ArgumentThen(string name, int position = -1) => Find(NamedThen, PositionalThen, name, position);

    private static Value? Find(IReadOnlyList<KeyValuePair<string, Value>> named, IReadOnlyList<Value> positional, string name, int position)
    {
        foreach (var (key, value) in named)
        {
            if (key == name) return value;
        }
        return position >= 0 && position < positional.Count ? positional[position] : null;
    }
}
