namespace AgentFactory.Core.Notebooks.Python;

/// <summary>
/// Walks a tree in source order. Override <see cref="Visit"/>, act on the node types of interest, and call <see cref="VisitChildren"/> to go on below.
/// Recursion is safe: no tree that the parser gives is deeper than <see cref="SyntaxLimits.MaxDepth"/>.
/// </summary>
public abstract class NodeVisitor
{
    public virtual void Visit(Node node) => VisitChildren(node);

    protected void VisitChildren(Node node)
    {
        foreach (var child in node.Children)
        {
            Visit(child);
        }
    }
}
