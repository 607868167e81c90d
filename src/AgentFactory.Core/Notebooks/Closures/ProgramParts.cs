using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>Collects the pieces of one tool's program until no name is open.</summary>
internal sealed class ProgramParts(ModuleStatements module, Interpreter interpreter, CodeText code, PartFactsCache facts)
{
    private const int MaxParts = 2000;
    private readonly Queue<string> open = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int Order, int Start), (int Cell, string Text)> texts = [];
    private readonly SortedDictionary<int, SortedSet<string>> imports = [];
    private readonly SortedSet<string> changed = new(StringComparer.Ordinal);
    private readonly SortedSet<string> missing = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Imports => [.. imports.Values.SelectMany(i => i).Distinct()];
    public IReadOnlyList<(int Cell, string Text)> Texts => [.. texts.Values];
    public IReadOnlyList<string> Missing => [.. missing];
    public HashSet<int> Cells { get; } = [];

    /// <summary>Module variables that a function of the program changes.</summary>
    public IReadOnlyList<string> State => [.. changed.Where(IsVariable)];

    /// <summary>A function of the notebook, with what its scopes around it bind.</summary>
    public void AddFunction(FunctionValue function)
    {
        if (function.Class is { } type) AddDefinition(type.Cell, type.Definition, type.Scope);
        else if (function.Def is { } definition) AddDefinition(function.Cell, definition, function.Scope);
        else Add(int.MaxValue - 2, function.Definition, function.Cell,
            $"{LambdaName(function)} = {function.Cell.Text(function.Definition)}", function.Scope);
    }

    /// <summary>Code of ours at the end of the program.</summary>
    public void AddText(string text) => Add((int.MaxValue, 0), -1, text, null);

    /// <summary>Goes on until every name is bound or known to be missing.</summary>
    public void Close()
    {
        while (open.TryDequeue(out var name) && texts.Count < MaxParts) AddName(name);
        if (missing.Count == 0) return;
        foreach (var statement in module.All.Where(s => s.Node is ImportFrom from && from.Names.Any(a => a.Name == "*")))
            AddImport(statement, statement.Cell.Text(statement.Node));
    }

    /// <summary>The name a lambda is bound to; lambdas have none of their own.</summary>
    public static string LambdaName(FunctionValue function) => $"lambda_{function.Cell.Index}_{function.Origin.Line}";

    private void AddDefinition(ProgramCell cell, Statement definition, Scope scope)
    {
        var around = module.Around(cell, definition);
        var order = around?.Order ?? int.MaxValue - 2;
        if (around?.Node == definition) AddStatement(around);
        else Add(order, definition, cell, code.OfIndented(cell, definition), scope);
    }

    private void AddName(string name)
    {
        var making = module.Making(name).ToList();
        if (making.Count == 0)
        {
            if (!Builtins.Has(name)) missing.Add(name);
            return;
        }
        foreach (var statement in making) AddStatement(statement, name);
    }

    private void AddStatement(ModuleStatement statement, string? name = null)
    {
        switch (statement.Node)
        {
            case Import import:
                foreach (var own in import.Names.Where(a => interpreter.Files.HasModule(a.Name)))
                    Add((statement.Order, 0), statement.Cell.Index,
                        $"{own.Asname ?? own.Name.Split('.')[0]} = type(\"Module\", (), {{\"__getattr__\": lambda self, name: globals()[name]}})()",
                        null);
                AddImport(statement, [.. import.Names.Where(a => !interpreter.Files.HasModule(a.Name)
                        && (name is null || (a.Asname ?? a.Name.Split('.')[0]) == name))
                    .Select(a => a.Asname is null ? $"import {a.Name}" : $"import {a.Name} as {a.Asname}")]);
                break;
            case ImportFrom { Module: "__future__" }:
                break;
            case ImportFrom { Module: { } written } own when interpreter.Files.HasModule(written):
                foreach (var alias in own.Names.Where(a => a.Asname == name))
                    Add((statement.Order, 0), statement.Cell.Index, $"{alias.Asname} = {alias.Name}", null);
                break;
            case ImportFrom { Module: "google.colab" } when name == "userdata":
                // Colab's store of secrets; here they are environment variables.
                Add((statement.Order, 0), statement.Cell.Index,
                    "class userdata:\n    @staticmethod\n    def get(name):\n        return __import__(\"os\").environ[name]", null);
                break;
            case ImportFrom from:
                var source = new string('.', from.Level) + from.Module;
                AddImport(statement, [.. from.Names.Where(a => name is null || (a.Asname ?? a.Name) == name)
                    .Select(a => $"from {source} import {a.Name}" + (a.Asname is null ? "" : $" as {a.Asname}"))]);
                break;
            case var _ when statement.NeedsNotebook:
                missing.Add(name ?? statement.Binds.FirstOrDefault() ?? "await");
                break;
            case Assign { Targets: [Name target], Value: Call call } when IsAsked(call):
                Add((statement.Order, 0), statement.Cell.Index,
                    $"{target.Id} = __import__(\"os\").environ[\"{target.Id.ToUpperInvariant()}\"]", null);
                break;
            default:
                Add(statement.Order, statement.Node, statement.Cell, code.Of(statement.Cell, statement.Node), null);
                break;
        }
    }

    private void AddImport(ModuleStatement statement, params string[] lines)
    {
        if (!imports.TryGetValue(statement.Order, out var set))
            imports[statement.Order] = set = new SortedSet<string>(StringComparer.Ordinal);
        set.UnionWith(lines);
        Cells.Add(statement.Cell.Index);
    }

    private void Add(int order, Node node, ProgramCell cell, string text, Scope? scope) =>
        Add((order, node.Start), cell.Index, text, scope);

    private void Add((int, int) place, int cell, string text, Scope? scope)
    {
        if (!texts.TryAdd(place, (cell, text))) return;
        if (cell >= 0) Cells.Add(cell);
        if (facts.Of(text) is not { } part)
        {
            missing.Add(text.Split('\n')[0]); // told as missing; the whole program won't parse either
            return;
        }
        foreach (var name in part.Open) Open(name, scope, place);
        changed.UnionWith(part.Changed);
    }

    /// <summary>
    /// A name of a function or class around the tool becomes one of the program; a name of the module is looked for in it.
    /// </summary>
    private void Open(string name, Scope? scope, (int, int) place)
    {
        var owner = scope?.Owner(name);
        var isLocal = owner is not null && owner.Parent is not null;
        if (!seen.Add(name)) return;
        if (!isLocal)
        {
            open.Enqueue(name);
            return;
        }
        var before = (place.Item1, place.Item2 - 1 - seen.Count);
        switch (owner!.Find(name))
        {
            case FunctionValue function:
                AddDefinition(function.Cell, (Statement?)function.Def ?? new Expr((Expression)function.Definition), function.Scope);
                break;
            case ClassValue type:
                AddDefinition(type.Cell, type.Definition, type.Scope);
                break;
            case ExternalValue { Root: null, Path: var path } when !path.StartsWith('?'):
                Add(before, -1, $"{name} = {ImportExpression(path)}", null);
                break;
            case ResultValue made:
                Add(before, made.Call.Cell.Index, $"{name} = {made.Call.Cell.Text(made.Call.Node)}", scope);
                break;
            case { } value when PythonLiterals.TryWrite(value, out var literal):
                Add(before, -1, $"{name} = {literal}", null);
                break;
            default:
                missing.Add(name);
                break;
        }
    }

    private static string ImportExpression(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot < 0 ? $"__import__(\"{path}\")"
            : $"getattr(__import__(\"importlib\").import_module(\"{path[..dot]}\"), \"{path[(dot + 1)..]}\")";
    }

    private bool IsVariable(string name) =>
        module.Making(name).Any(s => s.Node is not (FunctionDef or ClassDef or Import or ImportFrom)) && seen.Contains(name)
            && interpreter.Module.Find(name) is not ExternalValue;

    private static bool IsAsked(Call call) => call.Func is Name { Id: "input" or "getpass" } or Python.Attribute { Attr: "getpass" };
}
