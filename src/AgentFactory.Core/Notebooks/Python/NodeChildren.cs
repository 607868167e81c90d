namespace AgentFactory.Core.Notebooks.Python;

/// <summary>The edges of the tree, in one place: what every walk (visitor, depth check, closures of tools) stands on.</summary>
internal static class NodeChildren
{
    public static IReadOnlyList<Node> Of(Node node)
    {
        var children = new List<Node>();
        switch (node)
        {
            case Expression expression:
                AddOperands(children, expression);
                break;
            case Statement statement:
                AddParts(children, statement);
                break;
            case Pattern pattern:
                AddPatterns(children, pattern);
                break;
            default:
                AddOther(children, node);
                break;
        }

        return children;
    }

    private static void AddOperands(List<Node> to, Expression expression)
    {
        switch (expression)
        {
            case Name or Constant: break;
            case Attribute n: to.Add(n.Value); break;
            case Call n: Add(to, n.Func); Add(to, n.Args); Add(to, n.Keywords); break;
            case BinOp n: Add(to, n.Left); Add(to, n.Right); break;
            case BoolOp n: Add(to, n.Values); break;
            case Compare n: Add(to, n.Left); Add(to, n.Comparators); break;
            case UnaryOp n: Add(to, n.Operand); break;
            case Subscript n: Add(to, n.Value); Add(to, n.Slice); break;
            case Tuple n: Add(to, n.Elts); break;
            case List n: Add(to, n.Elts); break;
            case Set n: Add(to, n.Elts); break;
            case Dict n: AddEntries(to, n); break;
            case JoinedStr n: Add(to, n.Values); break;
            case TemplateStr n: Add(to, n.Values); break;
            case FormattedValue n: Add(to, n.Value); Add(to, n.FormatSpec); break;
            case Interpolation n: Add(to, n.Value); Add(to, n.FormatSpec); break;
            case Starred n: Add(to, n.Value); break;
            case Slice n: Add(to, n.Lower); Add(to, n.Upper); Add(to, n.Step); break;
            case IfExp n: Add(to, n.Test); Add(to, n.Body); Add(to, n.Orelse); break;
            case Lambda n: Add(to, n.Args); Add(to, n.Body); break;
            case NamedExpr n: Add(to, n.Target); Add(to, n.Value); break;
            case ListComp n: Add(to, n.Elt); Add(to, n.Generators); break;
            case SetComp n: Add(to, n.Elt); Add(to, n.Generators); break;
            case GeneratorExp n: Add(to, n.Elt); Add(to, n.Generators); break;
            case DictComp n: Add(to, n.Key); Add(to, n.Value); Add(to, n.Generators); break;
            case Await n: Add(to, n.Value); break;
            case Yield n: Add(to, n.Value); break;
            case YieldFrom n: Add(to, n.Value); break;
            default: throw Unknown(expression);
        }
    }

    private static void AddParts(List<Node> to, Statement statement)
    {
        switch (statement)
        {
            case Expr n: Add(to, n.Value); break;
            case Assign n: Add(to, n.Targets); Add(to, n.Value); break;
            case AugAssign n: Add(to, n.Target); Add(to, n.Value); break;
            case AnnAssign n: Add(to, n.Target); Add(to, n.Annotation); Add(to, n.Value); break;
            case FunctionDef n: AddFunction(to, n); break;
            case ClassDef n: Add(to, n.Bases); Add(to, n.Keywords); Add(to, n.Body); Add(to, n.DecoratorList); Add(to, n.TypeParams); break;
            case Return n: Add(to, n.Value); break;
            case Delete n: Add(to, n.Targets); break;
            case TypeAlias n: Add(to, n.Name); Add(to, n.TypeParams); Add(to, n.Value); break;
            case For n: Add(to, n.Target); Add(to, n.Iter); Add(to, n.Body); Add(to, n.Orelse); break;
            case While n: Add(to, n.Test); Add(to, n.Body); Add(to, n.Orelse); break;
            case If n: Add(to, n.Test); Add(to, n.Body); Add(to, n.Orelse); break;
            case With n: Add(to, n.Items); Add(to, n.Body); break;
            case Match n: Add(to, n.Subject); Add(to, n.Cases); break;
            case Raise n: Add(to, n.Exc); Add(to, n.Cause); break;
            case Try n: Add(to, n.Body); Add(to, n.Handlers); Add(to, n.Orelse); Add(to, n.Finalbody); break;
            case Assert n: Add(to, n.Test); Add(to, n.Msg); break;
            case Import n: Add(to, n.Names); break;
            case ImportFrom n: Add(to, n.Names); break;
            case Global or Nonlocal or Pass or Break or Continue: break;
            default: throw Unknown(statement);
        }
    }

    private static void AddFunction(List<Node> to, FunctionDef function)
    {
        Add(to, function.Args);
        Add(to, function.Body);
        Add(to, function.DecoratorList);
        Add(to, function.Returns);
        Add(to, function.TypeParams);
    }

    private static void AddPatterns(List<Node> to, Pattern pattern)
    {
        switch (pattern)
        {
            case MatchValue n: Add(to, n.Value); break;
            case MatchSequence n: Add(to, n.Patterns); break;
            case MatchMapping n: Add(to, n.Keys); Add(to, n.Patterns); break;
            case MatchClass n: Add(to, n.Cls); Add(to, n.Patterns); Add(to, n.KwdPatterns); break;
            case MatchAs n: Add(to, n.Pattern); break;
            case MatchOr n: Add(to, n.Patterns); break;
            case MatchSingleton or MatchStar: break;
            default: throw Unknown(pattern);
        }
    }

    private static void AddOther(List<Node> to, Node node)
    {
        switch (node)
        {
            case Module n: Add(to, n.Body); break;
            case Arguments n: AddParameters(to, n); break;
            case Arg n: Add(to, n.Annotation); break;
            case Keyword n: Add(to, n.Value); break;
            case Comprehension n: Add(to, n.Target); Add(to, n.Iter); Add(to, n.Ifs); break;
            case ExceptHandler n: Add(to, n.Type); Add(to, n.Body); break;
            case WithItem n: Add(to, n.ContextExpr); Add(to, n.OptionalVars); break;
            case MatchCase n: Add(to, n.Pattern); Add(to, n.Guard); Add(to, n.Body); break;
            case TypeVar n: Add(to, n.Bound); Add(to, n.DefaultValue); break;
            case ParamSpec n: Add(to, n.DefaultValue); break;
            case TypeVarTuple n: Add(to, n.DefaultValue); break;
            case Alias: break;
            default: throw Unknown(node);
        }
    }

    /// <summary>Key before value, entry by entry: the order of evaluation, where CPython lists all keys first.</summary>
    private static void AddEntries(List<Node> to, Dict dict)
    {
        for (var i = 0; i < dict.Values.Count; i++)
        {
            Add(to, dict.Keys[i]);
            Add(to, dict.Values[i]);
        }
    }

    private static void AddParameters(List<Node> to, Arguments arguments)
    {
        Add(to, arguments.PosOnlyArgs);
        Add(to, arguments.Args);
        Add(to, arguments.VarArg);
        Add(to, arguments.KwOnlyArgs);
        Add(to, arguments.KwDefaults);
        Add(to, arguments.KwArg);
        Add(to, arguments.Defaults);
    }

    private static void Add(List<Node> to, Node? child)
    {
        if (child is not null)
        {
            to.Add(child);
        }
    }

    private static void Add(List<Node> to, IReadOnlyList<Node?> children)
    {
        for (var i = 0; i < children.Count; i++)
        {
            Add(to, children[i]);
        }
    }

    private static InvalidOperationException Unknown(Node node) => new($"{node.GetType().Name} has no known children.");
}
