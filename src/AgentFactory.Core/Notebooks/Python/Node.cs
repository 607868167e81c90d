using System.Runtime.CompilerServices;

namespace AgentFactory.Core.Notebooks.Python;

/// <summary>
/// A node of the syntax tree. Types and fields are named as in CPython's <c>ast</c> module (3.14), so that its documentation is ours.
/// Nodes are immutable and equal only to themselves. <see cref="Start"/> and <see cref="End"/> are offsets into the text that was parsed;
/// <see cref="SourceText"/> turns them into lines, UTF-8 columns and the original text.
/// </summary>
public abstract record Node
{
    /// <summary>Offset of the first character, in UTF-16 units.</summary>
    public int Start { get; init; }

    /// <summary>Offset after the last character, in UTF-16 units.</summary>
    public int End { get; init; }

    /// <summary>Every node directly below this one, in the order of CPython's fields.</summary>
    public IReadOnlyList<Node> Children => NodeChildren.Of(this);

    /// <summary>Every node below this one, parents before children, without recursion.</summary>
    public IEnumerable<Node> Descendants()
    {
        var open = new Stack<Node>();
        Push(open, this);
        while (open.TryPop(out var node))
        {
            yield return node;
            Push(open, node);
        }
    }

    /// <summary>Identity: two equal-looking nodes of one program are two places in it.</summary>
    public virtual bool Equals(Node? other) => ReferenceEquals(this, other);

    /// <summary>Not of the offsets: those begin anew in each cell, and equal cells would fall into one bucket.</summary>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public sealed override string ToString() => $"{GetType().Name} [{Start}..{End})";

    private static void Push(Stack<Node> open, Node node)
    {
        var children = NodeChildren.Of(node);
        for (var i = children.Count - 1; i >= 0; i--)
        {
            open.Push(children[i]);
        }
    }
}

/// <summary><c>stmt</c></summary>
public abstract record Statement : Node;

/// <summary><c>expr</c></summary>
public abstract record Expression : Node;

/// <summary><c>pattern</c>: what follows <c>case</c>.</summary>
public abstract record Pattern : Node;

/// <summary><c>type_param</c>: one of <c>[T, *Ts, **P]</c>.</summary>
public abstract record TypeParameter : Node;

/// <summary>A whole file or cell.</summary>
public sealed record Module(IReadOnlyList<Statement> Body) : Node
{
    /// <summary>The text it was parsed from.</summary>
    public required SourceText Source { get; init; }
}
