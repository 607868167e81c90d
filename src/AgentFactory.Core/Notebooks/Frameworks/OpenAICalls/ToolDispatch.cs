using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <param name="Owner">Source of the object that the method is called on; null for functions.</param>
/// <param name="Entry">How the function is called with the schema's arguments; null when by their names.</param>
/// <param name="Differences">Where schema and signature disagree; null when they don't.</param>
internal sealed record DispatchTarget(FunctionValue Function, string? Owner, ToolEntry? Entry, string? Differences);

/// <summary>
/// Finds the Python function behind a tool's name: in a dict of functions, in a test of the name (<c>if name == "x": f(...)</c>,
/// <c>case "x"</c>), or the function of that name, as <c>globals()</c> finds it. Where the test's branch does the work itself, the
/// function around the test is called as the notebook calls it.
/// </summary>
internal sealed class ToolDispatch(NotebookProgram program)
{
    private readonly List<(ProgramCell Cell, Node Node)> nodes =
        [.. program.Cells.SelectMany(c => c.Module.Descendants().Where(n => n is Dict or If or MatchCase).Select(n => (c, n)))];

    /// <param name="parameters">The schema's; null when only the function tells.</param>
    public DispatchTarget? Find(string name, JsonObject? parameters)
    {
        foreach (var (cell, node) in nodes)
        {
            if (node is Dict dict && FindItem(dict, name, cell) is { } listed) return Target(listed, null, cell, parameters);
        }
        foreach (var (cell, node) in nodes)
        {
            if (BranchOf(node, name) is { } body && FindCall(body, cell) is var (callee, call)) return Target(callee, call, cell, parameters);
        }
        if (Resolve(name) is { } same) return Target(new Callee(same, null), null, same.Cell, parameters);
        foreach (var (cell, node) in nodes)
        {
            if (BranchOf(node, name) is { Count: > 0 } && Dispatchers.Find(program, cell, node, name) is { } around)
                return new DispatchTarget(around.Function, null, around.Entry, null);
        }
        return ResolveMethod(name) is { } method ? Target(method, null, method.Function.Cell, parameters) : null;
    }

    private static IReadOnlyList<Statement>? BranchOf(Node node, string name) => node switch
    {
        If branch when Tests(branch.Test, name) => branch.Body,
        MatchCase { Pattern: MatchValue { Value: Constant { Value: string text } } } arm when text == name => arm.Body,
        _ => null,
    };

    private Callee? FindItem(Dict dict, string name, ProgramCell cell)
    {
        for (var i = 0; i < dict.Keys.Count; i++)
        {
            if (dict.Keys[i] is Constant { Value: string key } && key == name && CalleeOf(dict.Values[i], cell) is { } callee) return callee;
        }
        return null;
    }

    private static bool Tests(Expression test, string name) => test.Descendants().Prepend(test).OfType<Compare>()
        .Any(c => c.Ops is [CompareOperator.Eq] && (c.Left is Constant { Value: string left } && left == name
            || c.Comparators is [Constant { Value: string right }] && right == name));

    private (Callee Callee, Call Call)? FindCall(IReadOnlyList<Statement> body, ProgramCell cell)
    {
        foreach (var call in body.SelectMany(s => s.Descendants()).OfType<Call>())
        {
            if (CalleeOf(call.Func, cell) is { } callee) return (callee, call);
        }
        return null;
    }

    /// <summary>A function by its name, or a method by an object of the module or the object that the code around belongs to.</summary>
    private Callee? CalleeOf(Expression expression, ProgramCell cell) => expression switch
    {
        Name name => Resolve(name.Id) is { } function ? new Callee(function, null) : null,
        Python.Attribute { Value: Name { Id: "self" }, Attr: var method } => program.Interpreter.Classes
            .Where(c => c.Cell == cell && c.Definition.Start <= expression.Start && expression.End <= c.Definition.End)
            .Select(c => MethodOf(c, method)).FirstOrDefault(m => m is not null),
        Python.Attribute { Value: Name owner, Attr: var method } when program.Find(owner.Id) is ObjectValue made
            && made.Class.FindMember(method) is FunctionValue function => new Callee(function, owner.Id),
        _ => null,
    };

    private Callee? MethodOf(ClassValue type, string name) => type.FindMember(name) is FunctionValue function
        ? new Callee(function, function.IsStatic ? null : OwnerOf(type)) : null;

    private string OwnerOf(ClassValue type) =>
        program.Interpreter.Objects.Find(o => o.Class == type && o.Names.Count > 0)?.Names[0] ?? $"{type.Name}()";

    private FunctionValue? Resolve(string name) => program.Find(name) as FunctionValue
        ?? program.Interpreter.Functions.LastOrDefault(f => f.Name == name && f.Class is null);

    /// <summary>The one method of that name, as <c>getattr(self, name)</c> finds it.</summary>
    private Callee? ResolveMethod(string name) =>
        program.Interpreter.Classes.Where(c => c.Members.GetValueOrDefault(name) is FunctionValue).ToList() is [var only]
            ? MethodOf(only, name) : null;

    private DispatchTarget Target(Callee callee, Call? call, ProgramCell cell, JsonObject? parameters)
    {
        var (function, owner) = callee;
        if (parameters is null) return new DispatchTarget(function, owner, null, null);
        var properties = parameters["properties"] is JsonObject known ? known.Select(p => p.Key).ToList() : [];
        var visible = FunctionSchemas.Visible(function, program.Annotations, new HashSet<string>()).ToList();
        var names = visible.Select(p => p.Name).ToList();
        var takesAny = function.Parameters.KwArg is not null;
        var unknown = properties.Where(p => !names.Contains(p) && !takesAny).ToList();
        var lacking = names.Where(n => !properties.Contains(n) && !function.Defaults.ContainsKey(n)).ToList();
        if (unknown.Count == 0 && lacking.Count == 0) return new DispatchTarget(function, owner, null, null);
        var differences = string.Join("; ", new[]
        {
            unknown.Count > 0 ? $"the function has no {string.Join(", ", unknown)}" : null,
            lacking.Count > 0 ? $"the schema has no {string.Join(", ", lacking)}" : null,
        }.OfType<string>());
        return new DispatchTarget(function, owner, Adapt(callee, call, cell, properties, visible), differences);
    }

    /// <summary>
    /// The call as the notebook makes it, with the schema's arguments in place of look-ups of their names. One argument for one
    /// parameter needs no example.
    /// </summary>
    private ToolEntry Adapt(Callee callee, Call? call, ProgramCell cell, List<string> properties, List<Arg> visible)
    {
        List<string> arguments = call is not null
            ? [.. call.Args.Select(a => Argument(a, cell, properties)), .. call.Keywords
                .Select(k => k.Arg is null ? "**given" : $"{k.Arg}={Argument(k.Value, cell, properties)}")]
            : visible.Count == 1 && properties.Count == 1 ? [$"given[\"{properties[0]}\"]"]
            : visible.Count == 1 ? ["given"]
            : [.. visible.Where(p => properties.Contains(p.Name)).Select(p => $"{p.Name}=given.get(\"{p.Name}\")")];
        return ToolEntry.Calling(callee.Function, callee.Source, arguments);
    }

    private string Argument(Expression argument, ProgramCell cell, List<string> properties)
    {
        var key = argument switch
        {
            Subscript { Slice: Constant { Value: string item } } => item,
            Call { Func: Python.Attribute { Attr: "get" }, Args: [Constant { Value: string item }, ..] } => item,
            Name name when properties.Contains(name.Id) && program.Find(name.Id) is null => name.Id,
            _ => null,
        };
        if (key is not null && properties.Contains(key)) return $"given.get(\"{key}\")";
        // A name that only the dispatching function has is most likely the arguments themselves.
        return argument is Name local && program.Find(local.Id) is null ? "given" : cell.Text(argument);
    }

    private sealed record Callee(FunctionValue Function, string? Owner)
    {
        public string Source => Owner is null ? Function.Name : $"{Owner}.{Function.Name}";
    }
}
