using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>The names a statement binds or changes where it stands; not those inside functions and classes it defines.</summary>
internal static class BoundNames
{
    private static readonly HashSet<string> Mutators = new(StringComparer.Ordinal)
    {
        "append", "extend", "insert", "update", "add", "setdefault", "pop", "popitem", "remove", "discard", "clear", "sort", "reverse",
        "appendleft", "put", "add_documents", "add_texts", "add_node", "add_edge", "register",
    };

    public static IEnumerable<string> Of(Node statement) => statement switch
    {
        FunctionDef function => [function.Name],
        ClassDef type => [type.Name],
        Import import => import.Names.Select(a => a.Asname ?? a.Name.Split('.')[0]),
        ImportFrom from => from.Names.Where(a => a.Name != "*").Select(a => a.Asname ?? a.Name),
        Lambda => [],
        Name { Ctx: ExpressionContext.Store } name => [name.Id],
        ExceptHandler { Name: { } caught } handler => handler.Body.SelectMany(Of).Prepend(caught),
        MatchAs { Name: { } captured } pattern => pattern.Children.SelectMany(Of).Prepend(captured),
        MatchStar { Name: { } captured } => [captured],
        MatchMapping { Rest: { } rest } pattern => pattern.Children.SelectMany(Of).Prepend(rest),
        TypeAlias alias => [alias.Name.Id],
        NamedExpr named => Of(named.Value).Prepend(named.Target.Id),
        ListComp or SetComp or DictComp or GeneratorExp => [],
        _ => statement.Children.SelectMany(Of),
    };

    public static IEnumerable<string> OfTarget(Expression target) =>
        target.Descendants().Prepend(target).OfType<Name>().Where(n => n.Ctx == ExpressionContext.Store).Select(n => n.Id);

    public static IEnumerable<string> OfParameters(Arguments parameters) => parameters.PosOnlyArgs
        .Concat(parameters.Args).Concat(parameters.KwOnlyArgs)
        .Concat(new[] { parameters.VarArg, parameters.KwArg }.OfType<Arg>())
        .Select(a => a.Name);

    /// <summary>Names of <c>global</c> and <c>nonlocal</c>.</summary>
    public static IEnumerable<string> DeclaredElsewhere(Node node) => node switch
    {
        Global names => names.Names,
        Nonlocal names => names.Names,
        FunctionDef or ClassDef or Lambda or Expression => [],
        _ => node.Children.SelectMany(DeclaredElsewhere),
    };

    /// <summary>
    /// Names whose object a statement changes: items, attributes, <c>append</c> and the like; also inside functions it defines.
    /// </summary>
    public static IEnumerable<string> Changed(Node node) => node.Descendants().Prepend(node).SelectMany(n => n switch
    {
        Subscript { Ctx: not ExpressionContext.Load } item => Root(item),
        Python.Attribute { Ctx: not ExpressionContext.Load } attribute => Root(attribute),
        AugAssign { Target: Name name } => [name.Id],
        Call { Func: Python.Attribute { Value: Name owner } method } when Mutators.Contains(method.Attr) => [owner.Id],
        Call { Func: Python.Attribute { Value: Subscript or Python.Attribute } method } when Mutators.Contains(method.Attr) =>
            Root(method.Value),
        _ => Array.Empty<string>().AsEnumerable(),
    });

    private static IEnumerable<string> Root(Expression expression)
    {
        while (true)
        {
            switch (expression)
            {
                case Subscript item:
                    expression = item.Value;
                    break;
                case Python.Attribute attribute:
                    expression = attribute.Value;
                    break;
                case Name name:
                    return [name.Id];
                default:
                    return [];
            }
        }
    }
}
