using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>
/// The names a piece of code takes from around it, by Python's rules of scope. Annotations inside functions count as never evaluated.
/// </summary>
internal static class FreeNames
{
    public static HashSet<string> Of(Node node)
    {
        var free = new HashSet<string>(StringComparer.Ordinal);
        Collect(node, [], free, inFunction: false);
        return free;
    }

    /// <summary>The same without the decorators of a definition.</summary>
    public static HashSet<string> OfBody(Node node)
    {
        var free = Of(node);
        var decorators = node switch { FunctionDef f => f.DecoratorList, ClassDef c => c.DecoratorList, _ => [] };
        if (decorators.Count == 0) return free;
        var bare = node switch { FunctionDef f => f with { DecoratorList = [] }, ClassDef c => c with { DecoratorList = [] }, _ => node };
        return Of(bare);
    }

    private static void Collect(Node node, HashSet<string> bound, HashSet<string> free, bool inFunction)
    {
        switch (node)
        {
            case Name name:
                if (name.Ctx != ExpressionContext.Store && !bound.Contains(name.Id)) free.Add(name.Id);
                break;
            case FunctionDef function:
                foreach (var decorator in function.DecoratorList) Collect(decorator, bound, free, inFunction);
                CollectFunction(function.Args, function.Body, bound, free);
                break;
            case Lambda lambda:
                CollectFunction(lambda.Args, [lambda.Body], bound, free);
                break;
            case ClassDef type:
                CollectClass(type, bound, free);
                break;
            case ListComp or SetComp or DictComp or GeneratorExp:
                var inner = new HashSet<string>(bound, StringComparer.Ordinal);
                inner.UnionWith(node.Descendants().OfType<Comprehension>().SelectMany(c => BoundNames.OfTarget(c.Target)));
                foreach (var child in node.Children) Collect(child, inner, free, inFunction);
                break;
            case AnnAssign { Value: var value } annotated:
                Collect(annotated.Target, bound, free, inFunction);
                if (!inFunction) Collect(annotated.Annotation, bound, free, inFunction);
                if (value is not null) Collect(value, bound, free, inFunction);
                break;
            case AugAssign { Target: Name target } augmented:
                if (!bound.Contains(target.Id)) free.Add(target.Id);
                Collect(augmented.Value, bound, free, inFunction);
                break;
            default:
                foreach (var child in node.Children) Collect(child, bound, free, inFunction);
                break;
        }
    }

    private static void CollectFunction(Arguments parameters, IReadOnlyList<Node> body, HashSet<string> bound, HashSet<string> free)
    {
        foreach (var value in parameters.Defaults) Collect(value, bound, free, inFunction: true);
        foreach (var value in parameters.KwDefaults.OfType<Expression>()) Collect(value, bound, free, inFunction: true);
        var local = new HashSet<string>(bound, StringComparer.Ordinal);
        local.UnionWith(BoundNames.OfParameters(parameters));
        var elsewhere = body.SelectMany(BoundNames.DeclaredElsewhere).ToHashSet(StringComparer.Ordinal);
        foreach (var statement in body) local.UnionWith(BoundNames.Of(statement).Where(n => !elsewhere.Contains(n)));
        // `global x` makes x the module's, whatever functions around bind.
        local.ExceptWith(elsewhere);
        free.UnionWith(elsewhere);
        foreach (var statement in body) Collect(statement, local, free, inFunction: true);
    }

    private static void CollectClass(ClassDef type, HashSet<string> bound, HashSet<string> free)
    {
        foreach (var node in type.DecoratorList.Concat<Node>(type.Bases).Concat(type.Keywords))
            Collect(node, bound, free, inFunction: false);
        // Names of the body are seen by the body's own statements, not by its functions.
        var inBody = new HashSet<string>(bound, StringComparer.Ordinal);
        foreach (var statement in type.Body)
        {
            Collect(statement, statement is FunctionDef ? bound : inBody, free, inFunction: false);
            inBody.UnionWith(BoundNames.Of(statement));
        }
    }
}
