using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>A statement at module level, with the names it binds, changes and reads.</summary>
internal sealed class ModuleStatement(ProgramCell cell, Statement node, int order)
{
    private HashSet<string>? reads;

    public ProgramCell Cell { get; } = cell;
    public Statement Node { get; } = node;

    /// <summary>Its place in the notebook.</summary>
    public int Order { get; } = order;

    public HashSet<string> Binds { get; } = BoundNames.Of(node).ToHashSet(StringComparer.Ordinal);

    public HashSet<string> Reads => reads ??= FreeNames.OfBody(Node);

    /// <summary>It gives its names a new value, whatever they had.</summary>
    public bool Rebinds => Node is FunctionDef or ClassDef or Import or ImportFrom or Assign or AnnAssign;

    /// <summary>A module has no running event loop: such a statement works in a notebook only.</summary>
    public bool NeedsNotebook => Awaits(Node);

    private static bool Awaits(Node node) => node switch
    {
        Await => true,
        For { IsAsync: true } or With { IsAsync: true } => true,
        FunctionDef or Lambda => false,
        _ => node.Children.Any(Awaits),
    };
}

/// <summary>All statements at module level, in the order of the notebook.</summary>
internal sealed class ModuleStatements
{
    private readonly Dictionary<string, List<ModuleStatement>> binders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ModuleStatement>> changers = new(StringComparer.Ordinal);

    /// <param name="files">Importing from one of these binds nothing that is not bound already, but for its new names.</param>
    public ModuleStatements(IEnumerable<ProgramCell> cells, WrittenFiles files)
    {
        All = [.. cells.SelectMany(cell => cell.Module.Body.Select(node => (cell, node)))
            .Select((s, i) => new ModuleStatement(s.cell, s.node, i))];
        foreach (var statement in All)
        {
            foreach (var name in Bound(statement, files)) Add(binders, name, statement);
            if (statement.Node is FunctionDef or ClassDef) continue;
            foreach (var name in BoundNames.Changed(statement.Node).Distinct()) Add(changers, name, statement);
        }
    }

    public IReadOnlyList<ModuleStatement> All { get; }

    /// <summary>
    /// What makes a name what it is at the end: its last full binding, then all that changes it. Empty when the module never binds it.
    /// </summary>
    public IEnumerable<ModuleStatement> Making(string name)
    {
        if (!binders.TryGetValue(name, out var bindings)) return [];
        var last = bindings.FindLastIndex(b => b.Rebinds && !b.Reads.Contains(name));
        var from = last < 0 ? bindings[0].Order : bindings[last].Order;
        // What is set on a module is a setting of the notebook's process, not a part of the name's value.
        var changes = last >= 0 && bindings[last].Node is (Import or ImportFrom) ? [] : changers.GetValueOrDefault(name) ?? [];
        return bindings.Concat(changes).Where(s => s.Order >= from).Distinct().OrderBy(s => s.Order);
    }

    /// <summary>The statement at module level that a node belongs to; null when there is none.</summary>
    public ModuleStatement? Around(ProgramCell cell, Node node) =>
        All.FirstOrDefault(s => s.Cell == cell && s.Node.Start <= node.Start && node.End <= s.Node.End);

    private static IEnumerable<string> Bound(ModuleStatement statement, WrittenFiles files) =>
        statement.Node is ImportFrom { Module: { } module } from && files.HasModule(module)
            ? from.Names.Where(a => a.Asname is not null && a.Asname != a.Name).Select(a => a.Asname!) : statement.Binds;

    private static void Add(Dictionary<string, List<ModuleStatement>> map, string name, ModuleStatement statement)
    {
        if (!map.TryGetValue(name, out var list)) map[name] = list = [];
        list.Add(statement);
    }
}
