using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.CrewAI;

/// <summary>
/// Tools of CrewAI: <c>@tool</c> functions, classes made from <c>BaseTool</c> with <c>_run</c>, and those of its library.
/// </summary>
internal sealed class CrewTools(NotebookDraft draft)
{
    private const string McpAdapter = "crewai_tools.MCPServerAdapter";

    /// <summary>A list of tools, or an object that is one at run time.</summary>
    public void AddAll(AgentDraft agent, Value? tools)
    {
        foreach (var item in Arguments.Items(tools)) Add(agent, item);
        if (tools is ResultValue { Call.Path: McpAdapter }) AddLibrary(agent, tools);
        else if (Arguments.IsOpen(tools))
            draft.Note(FindingLevel.Action, agent.DisplayName, "Some of its tools are put together at run time and are not known.",
                "Add the missing tools to the agent.", agent.Origin);
    }

    private void Add(AgentDraft agent, Value item)
    {
        switch (item)
        {
            case FunctionValue function:
                Add(agent, Function(function, Decoration(function)?.Call));
                break;
            case PartialValue { Callee: FunctionValue function } partial:
                Add(agent, Function(function, Decoration(function)?.Call, partial));
                break;
            case ResultValue { Call: { Member: "tool" or "Tool" or "StructuredTool" } call } when Callable(call) is FunctionValue function:
                Add(agent, Function(function, call));
                break;
            case MethodValue { Function: var method } when Decoration(method) is not null:
                Add(agent, Function(method, Decoration(method)!.Call));
                break;
            case ObjectValue made when made.Class.FindMember("_run") is FunctionValue run:
                Add(agent, FromClass(made, run));
                break;
            case ClassValue type when type.FindMember("_run") is FunctionValue run:
                Add(agent, FromClass(new ObjectValue(type), run));
                break;
            case ResultValue { Call: var call } when FunctionTools.Wrapped(call) is { } function:
                Add(agent, Function(function, null));
                FunctionTools.NoteWrapper(agent, call, function, draft);
                break;
            default:
                AddLibrary(agent, item);
                break;
        }
    }

    private static void Add(AgentDraft agent, ToolDraft tool)
    {
        if (!agent.Tools.Contains(tool)) agent.Tools.Add(tool);
    }

    private static Decoration? Decoration(FunctionValue function) =>
        function.Decorations.Find(d => d.Path.EndsWith(".tool", StringComparison.Ordinal)
            && d.Path.Split('.')[0] is "crewai" or "crewai_tools" or "langchain"
            or "langchain_core");

    private static Value? Callable(ExternalCall call) => call.Argument("func") ?? call.Positional.FirstOrDefault(p => p is FunctionValue);

    private ToolDraft Function(FunctionValue function, ExternalCall? options, PartialValue? partial = null) => FunctionTools.Of(function,
        new FunctionToolOptions
        {
            Partial = partial,
            Name = options?.Known("name") ?? (options?.Positional is [TextValue { Known: var given }, ..] ? given : null),
            Description = options?.Text("description")?.ToString(),
            WholeDocstring = true,
        }, draft);

    private ToolDraft FromClass(ObjectValue made, FunctionValue run)
    {
        var type = made.Class;
        var name = (Field(made, "name") as TextValue)?.Known ?? type.Name;
        var schema = Field(made, "args_schema") is ClassValue arguments ? TypeSchemas.Document(arguments, draft.Program.Annotations) : null;
        schema?.Remove("description");
        var owner = made.Names.Count > 0 ? made.Names[0] : $"{type.Name}()";
        var tool = FunctionTools.Of(run, new FunctionToolOptions
        {
            Name = name,
            Description = (Field(made, "description") as TextValue)?.ToString() ?? Docstring.Of(run.Def!.Body).Whole,
            Parameters = schema,
            Owner = owner,
            Origin = type.Origin,
            Entry = new ToolEntry($"call_{type.Name}", Wrapper(run, type, owner)),
        }, draft);
        tool.AddAlias(type.Name);
        foreach (var alias in made.Names) tool.AddAlias(alias);
        return tool;
    }

    private static string Wrapper(FunctionValue run, ClassValue type, string owner)
    {
        var (define, wait) = run.Def!.IsAsync ? ("async def", "await ") : ("def", "");
        return $"{define} call_{type.Name}(**given):\n    return {wait}{owner}._run(**given)\n";
    }

    /// <summary>A field given to the object, or its default in the class.</summary>
    private static Value? Field(ObjectValue made, string name)
    {
        if (made.Attributes.TryGetValue(name, out var given)) return given;
        return FieldFacts.Of(made.Class.FindMember(name)).Default;
    }

    private static void AddLibrary(AgentDraft agent, Value item)
    {
        var path = item switch
        {
            ResultValue result => result.Call.Path,
            ExternalValue external => external.Path,
            UnknownValue unknown => unknown.Expression,
            _ => "tool",
        };
        var name = path[(path.LastIndexOf('.') + 1)..].TrimStart('?');
        var origin = item is ResultValue { Call: { } call } ? call.Origin : agent.Origin;
        if (path.StartsWith(McpAdapter, StringComparison.Ordinal))
        {
            if (agent.Unavailable.Exists(t => t.Kind == "mcp")) return;
            agent.Unavailable.Add(new UnavailableTool("mcp:server", "mcp", "It is a tool of a server the notebook starts or connects to.",
                "Connect the server as a source of tools and add them to the agent.", origin));
            return;
        }
        agent.Unavailable.Add(new UnavailableTool(
            name, "library", $"It is ready-made code of {path.Split('.')[0].TrimStart('?')}, not code of the notebook.",
            "Give the agent a tool that does the same: http_request, or a function of yours.", origin));
    }
}
