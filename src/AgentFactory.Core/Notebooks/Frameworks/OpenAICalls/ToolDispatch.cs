using System.Text;
using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <param name="Entry">How the function is called with the schema's arguments; null when by their names.</param>
/// <param name="Differences">Where schema and signature disagree; null when they don't.</param>
internal sealed record DispatchTarget(FunctionValue Function, ToolEntry? Entry, string? Differences);

/// <summary>
/// Finds the Python function behind a tool's name: in a dict of functions, in a test of the name (<c>if name == "x": f(...)</c>,
/// <c>case "x"</c>), or the
/// function of that name, as <c>globals()</c> finds it.
/// </summary>
internal sealed class ToolDispatch(NotebookProgram program)
{
    private readonly List<(ProgramCell Cell, Node Node)> nodes =
        [.. program.Cells.SelectMany(c => c.Module.Descendants().Where(n => n is Dict or If or MatchCase).Select(n => (c, n)))];

    public DispatchTarget? Find(string name, JsonObject parameters)
    {
        foreach (var (cell, node) in nodes)
        {
            if (node is Dict dict && FindItem(dict, name) is { } listed) return Target(listed, null, cell, parameters);
        }
        foreach (var (cell, node) in nodes)
        {
            var body = node switch
            {
                If branch when Tests(branch.Test, name) => branch.Body,
                MatchCase { Pattern: MatchValue { Value: Constant { Value: string text } } } arm when text == name => arm.Body,
                _ => null,
            };
            if (body is not null && FindCall(body) is var (function, call) && function is not null)
                return Target(function, call, cell, parameters);
        }
        return Resolve(name) is { } same ? Target(same, null, same.Cell, parameters) : null;
    }

    private FunctionValue? FindItem(Dict dict, string name)
    {
        for (var i = 0; i < dict.Keys.Count; i++)
        {
            if (dict.Keys[i] is Constant { Value: string key } && key == name && dict.Values[i] is Name value
                && Resolve(value.Id) is { } function) return function;
        }
        return null;
    }

    private static bool Tests(Expression test, string name) => test.Descendants().Prepend(test).OfType<Compare>()
        .Any(c => c.Ops is [CompareOperator.Eq] && (c.Left is Constant { Value: string left } && left == name
            || c.Comparators is [Constant { Value: string right }] && right == name));

    private (FunctionValue? Function, Call? Call) FindCall(IReadOnlyList<Statement> body)
    {
        foreach (var call in body.SelectMany(s => s.Descendants()).OfType<Call>())
        {
            if (call.Func is Name callee && Resolve(callee.Id) is { } function) return (function, call);
        }
        return (null, null);
    }

    private FunctionValue? Resolve(string name) => program.Find(name) as FunctionValue
        ?? program.Interpreter.Functions.LastOrDefault(f => f.Name == name && f.Class is null);

    private DispatchTarget Target(FunctionValue function, Call? call, ProgramCell cell, JsonObject parameters)
    {
        var properties = parameters["properties"] is JsonObject known ? known.Select(p => p.Key).ToList() : [];
        var visible = FunctionSchemas.Visible(function, program.Annotations, new HashSet<string>()).ToList();
        var names = visible.Select(p => p.Name).ToList();
        var takesAny = function.Parameters.KwArg is not null;
        var unknown = properties.Where(p => !names.Contains(p) && !takesAny).ToList();
        var lacking = names.Where(n => !properties.Contains(n) && !function.Defaults.ContainsKey(n)).ToList();
        if (unknown.Count == 0 && lacking.Count == 0) return new DispatchTarget(function, null, null);
        var differences = string.Join("; ", new[]
        {
            unknown.Count > 0 ? $"the function has no {string.Join(", ", unknown)}" : null,
            lacking.Count > 0 ? $"the schema has no {string.Join(", ", lacking)}" : null,
        }.OfType<string>());
        return new DispatchTarget(function, Adapt(function, call, cell, properties, visible), differences);
    }

    /// <summary>
    /// The call as the notebook makes it, with the schema's arguments in place of look-ups of their names. One argument for one
    /// parameter needs no
    /// example.
    /// </summary>
    private ToolEntry Adapt(FunctionValue function, Call? call, ProgramCell cell, List<string> properties, List<Arg> visible)
    {
        var isAsync = function.Def?.IsAsync == true;
        var text = new StringBuilder($"{(isAsync ? "async " : "")}def call_{function.Name}(**given):\n    return {(
            isAsync ? "await " : "")}{function.Name}(");
        if (call is not null)
            text.AppendJoin(", ", call.Args.Select(a => Argument(a, cell, properties))
                .Concat(call.Keywords.Select(k => k.Arg is null ? "**given" : $"{k.Arg}={Argument(k.Value, cell, properties)}")));
        else if (visible.Count == 1 && properties.Count == 1) text.Append($"given[\"{properties[0]}\"]");
        else if (visible.Count == 1) text.Append("given");
        else text.AppendJoin(", ", visible.Where(p => properties.Contains(p.Name)).Select(p => $"{p.Name}=given.get(\"{p.Name}\")"));
        return new ToolEntry($"call_{function.Name}", text.Append(")\n").ToString());
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
}
