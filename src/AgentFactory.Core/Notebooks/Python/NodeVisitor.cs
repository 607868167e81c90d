namespace AgentFactory.Core.Notebooks.Python;

/// <summary>
/// Walks a tree, parents first. Override <see cref="Visit"/>, act on node types of interest, call <see cref="VisitChildren"/> to go on.
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
