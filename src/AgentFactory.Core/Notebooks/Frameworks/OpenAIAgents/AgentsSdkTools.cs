using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary>The entries of an agent's <c>tools</c>.</summary>
internal sealed class AgentsSdkTools(NotebookDraft draft)
{
    public void Add(AgentDraft agent, Value item)
    {
        switch (item)
        {
            case FunctionValue function:
                AddFunction(agent, function, null);
                break;
            case MethodValue method:
                AddFunction(agent, method.Function, Owner(method));
                break;
            case PartialValue { Callee: FunctionValue function } partial:
                AddFunction(agent, function, null, null, partial);
                break;
            case ResultValue { Call: var call } when AgentsSdk.Is(call.Path, "function_tool")
                && Wrapped(call.Argument("func", 0)) is var (function, owner, partial):
                AddFunction(agent, function, owner, call, partial);
                break;
            case ResultValue { Call: { Member: "as_tool", Root: { } root } call } when draft.AgentOf(root) is { } other:
                AddAgent(agent, other, call);
                break;
            case ResultValue { Call: var call } when AgentsSdk.HostedName(call) is { } hosted:
                agent.Unavailable.Add(new UnavailableTool(hosted, "hosted", "OpenAI runs it on its own servers.",
                    "Give the agent a tool of the platform that does the same, for example http_request.", call.Origin));
                break;
            case ResultValue { Call: { Member: "FunctionTool" } call }:
                AddCustom(agent, call);
                break;
            case ResultValue { Call: var call } when draft.AgentOf(item) is null && FunctionTools.Wrapped(call) is { } wrapped:
                AddFunction(agent, wrapped, null);
                FunctionTools.NoteWrapper(agent, call, wrapped, draft);
                break;
            default:
                AddUnknown(agent, item);
                break;
        }
    }

    private static (FunctionValue Function, string? Owner, PartialValue? Partial)? Wrapped(Value? function) => function switch
    {
        FunctionValue plain => (plain, null, null),
        MethodValue method => (method.Function, Owner(method), null),
        PartialValue { Callee: FunctionValue callee } partial => (callee, null, partial),
        _ => null,
    };

    private void AddFunction(
        AgentDraft agent, FunctionValue function, string? owner, ExternalCall? wrapping = null, PartialValue? partial = null)
    {
        if (Delegate(function) is { } target)
        {
            if (target != agent && !agent.Handoffs.Contains(target)) agent.Handoffs.Add(target);
            target.AddAlias(function.Name);
            draft.Note(FindingLevel.Note, agent.DisplayName,
                $"Its tool {function.Name} gives the conversation to {target.DisplayName}; it became a hand-off.", null, function.Origin);
            return;
        }
        var options = wrapping ?? AgentsSdk.ToolDecoration(function)?.Call;
        var name = options?.Known("name_override");
        if (RunsAgent(function) is { } worker && worker != agent)
        {
            agent.Tools.Add(AgentTools.Of(worker, name ?? function.Name, Description(function, options), function.Origin, draft,
                FunctionSchemas.Of(function, draft.Program.Annotations, AgentsSdk.ContextTypes)));
            return;
        }
        var tool = FunctionTools.Of(function, new FunctionToolOptions
        {
            Name = name,
            Description = Description(function, options),
            Hidden = AgentsSdk.ContextTypes,
            Owner = owner,
            Partial = partial,
            WholeDocstring = options?.Flag("use_docstring_info") == true,
        }, draft);
        if (!agent.Tools.Contains(tool)) agent.Tools.Add(tool);
        if (tool.Entry is { Wrapper: { } wrapper } && wrapper.Contains("(None", StringComparison.Ordinal))
            draft.Note(FindingLevel.Warning, tool.DeclaredName,
                "It takes the SDK's run context, which does not exist here; it is called with None.",
                "Change the code where it uses the context.", function.Origin);
    }

    private static string? Description(FunctionValue function, ExternalCall? options) => options?.Text("description_override")?.ToString();

    /// <summary>The agent that a function gives the conversation to: it returns the agent or a hand-off to it.</summary>
    private AgentDraft? Delegate(FunctionValue function)
    {
        var returned = draft.Program.Interpreter.Calls.Invoke(function, null, CallArguments.Unknown, null, isReached: false);
        if (draft.AgentOf(returned) is { } agent) return agent;
        return returned is ResultValue { Call: { Member: "Handoff" or "handoff" } call }
            ? call.Positional.Concat(call.Named.Select(n => n.Value)).Select(draft.AgentOf).FirstOrDefault(a => a is not null)
            : null;
    }

    /// <summary>The one agent that a function runs to get its answer.</summary>
    private AgentDraft? RunsAgent(FunctionValue function)
    {
        var agents = draft.Program.Calls
            .Where(c => AgentsSdk.IsRun(c) && c.Through.Count > 0 && c.Through[^1].Definition == function.Definition)
            .Select(c => draft.AgentOf(c.Argument("starting_agent", 0))).OfType<AgentDraft>().Distinct().ToList();
        return agents is [var only] ? only : null;
    }

    private void AddAgent(AgentDraft agent, AgentDraft other, ExternalCall call)
    {
        var name = call.Known("tool_name", 0) ?? Slugs.OfTool(other.DisplayName.ToLowerInvariant().Replace(' ', '_'), "agent");
        var description = call.Text("tool_description", 1)?.ToString() ?? "";
        agent.Tools.Add(AgentTools.Of(other, name, description, call.Origin, draft));
    }

    private void AddCustom(AgentDraft agent, ExternalCall call)
    {
        var name = call.Known("name", 0) ?? "tool";
        if (call.Argument("on_invoke_tool", 3) is not FunctionValue { Def: { } def } function
            || call.Argument("params_json_schema", 2) is not { } schema || !JsonValues.TryConvert(schema, out var node)
                || node is not JsonObject parameters)
        {
            agent.Unavailable.Add(new UnavailableTool(name, "library", "Its function or schema is not in the notebook as plain data.",
                "Write the tool as a function of the notebook.", call.Origin));
            return;
        }
        var entry = new ToolEntry($"call_{function.Name}",
            $"async def call_{function.Name}(**given):\n    return {(def.IsAsync ? "await " : "")}{function.Name}(None, "
                + $"__import__(\"json\").dumps(given))\n");
        agent.Tools.Add(FunctionTools.Of(function, new FunctionToolOptions
        {
            Name = name,
            Description = call.Text("description", 1)?.ToString(),
            Parameters = parameters,
            Entry = entry,
            Origin = call.Origin,
        }, draft));
    }

    private void AddUnknown(AgentDraft agent, Value item)
    {
        if (draft.AgentOf(item) is { } other)
        {
            agent.Tools.Add(AgentTools.Of(other, Slugs.OfTool(other.DisplayName, "agent"), other.Description ?? "", agent.Origin, draft));
            return;
        }
        var name = item switch
        {
            ExternalValue external => external.Path,
            ResultValue result => result.Call.Path,
            UnknownValue unknown => unknown.Expression,
            _ => "tool",
        };
        agent.Unavailable.Add(new UnavailableTool(
            name[(name.LastIndexOf('.') + 1)..].TrimStart('?'), "library", "Its code is not in the notebook.",
            "Add a tool that does the same to the agent.", agent.Origin));
    }

    private static string? Owner(MethodValue method) => method.Self switch
    {
        ObjectValue { Names: [var name, ..] } => name,
        ClassValue type => type.Name,
        ObjectValue made => $"{made.Class.Name}()",
        _ => null,
    };
}
