using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>
/// Functions that run a tool by its name and do the work of some tools themselves: <c>def run(name, args)</c> and
/// <c>def run(tool_call)</c>.
/// </summary>
internal static class Dispatchers
{
    /// <summary>The function around a test of the tool's name, and how it is called for that tool; null when its form is another.</summary>
    public static (FunctionValue Function, ToolEntry Entry)? Find(NotebookProgram program, ProgramCell cell, Node test, string tool)
    {
        var around = program.Interpreter.Functions.Where(f => f.Def is not null && f.Class is null && f.Cell == cell
            && f.Definition.Start <= test.Start && test.End <= f.Definition.End).MaxBy(f => f.Definition.Start);
        if (around is null || Arguments(around, test, tool) is not { } arguments) return null;
        return (around, ToolEntry.Calling(around, around.Name, arguments, $"call_{Slugs.OfTool(tool, "tool").Replace('-', '_')}"));
    }

    private static List<string>? Arguments(FunctionValue function, Node test, string tool)
    {
        var parameters = function.Parameters;
        if (parameters.VarArg is not null || parameters.KwArg is not null || parameters.KwOnlyArgs.Count > 0) return null;
        var names = parameters.PosOnlyArgs.Concat(parameters.Args).Where(a => !function.Defaults.ContainsKey(a.Name)).Select(a => a.Name)
            .ToList();
        var subject = Subject(test, function);
        return names switch
        {
            [var name, var given] when subject == name => [$"\"{tool}\"", Given(function, given)],
            [var given, var name] when subject == name => [Given(function, given), $"\"{tool}\""],
            [var call] when ReadsCall(function, call) =>
                ["(lambda made: (setattr(made, \"function\", made), made)[1])(__import__(\"types\").SimpleNamespace("
                    + $"id=\"call\", call_id=\"call\", type=\"function\", name=\"{tool}\", arguments=__import__(\"json\").dumps(given)))"],
            _ => null,
        };
    }

    /// <summary>The name whose value is tested.</summary>
    private static string? Subject(Node test, FunctionValue function) => test switch
    {
        If { Test: var condition } => condition.Descendants().Prepend(condition).OfType<Compare>()
            .Select(c => c.Left as Name ?? c.Comparators[0] as Name).FirstOrDefault(n => n is not null)?.Id,
        MatchCase => function.Definition.Descendants().OfType<Match>().FirstOrDefault(m => m.Cases.Contains(test))?.Subject is Name subject
            ? subject.Id : null,
        _ => null,
    };

    /// <summary>Arguments as an object, or as the JSON text that a model sends where the function parses it.</summary>
    private static string Given(FunctionValue function, string parameter) => function.Definition.Descendants().OfType<Call>()
        .Any(c => c is { Func: Python.Attribute { Attr: "loads" }, Args: [Name argument, ..] } && argument.Id == parameter)
            ? "__import__(\"json\").dumps(given)" : "given";

    /// <summary>It takes a model's tool call apart: <c>call.function.arguments</c>, or <c>call.arguments</c> of the Responses API.</summary>
    private static bool ReadsCall(FunctionValue function, string parameter) => function.Definition.Descendants().OfType<Python.Attribute>()
        .Any(a => a.Attr == "arguments" && a.Value is Name { Id: var own } && own == parameter
            || a is { Attr: "arguments", Value: Python.Attribute { Attr: "function", Value: Name outer } } && outer.Id == parameter);
}
