using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary>What an agent is joined to: tools, agents as tools, hand-offs, guardrails, MCP servers.</summary>
internal sealed class AgentsSdkLinks(NotebookDraft draft)
{
    private readonly AgentsSdkTools tools = new(draft);

    public void Link(AgentDraft agent)
    {
        var call = agent.Call;
        foreach (var item in Arguments.Items(AgentsSdkRule.Given(call, "handoffs"))) AddHandoff(agent, item);
        foreach (var item in Arguments.Items(AgentsSdkRule.Given(call, "tools"))) tools.Add(agent, item);
        if (Arguments.IsOpen(AgentsSdkRule.Given(call, "tools")))
            draft.Note(FindingLevel.Action, agent.DisplayName, "Some of its tools are put together at run time and are not known.",
                "Add the missing tools to the agent.", call.Origin);
        foreach (var server in Arguments.Items(AgentsSdkRule.Given(call, "mcp_servers"))) AddServer(agent, server);
        foreach (var name in new[] { "input_guardrails", "output_guardrails" })
        {
            foreach (var item in Arguments.Items(AgentsSdkRule.Given(call, name))) AddGuardrail(agent, name, item);
        }
    }

    private void AddHandoff(AgentDraft agent, Value item)
    {
        var target = item is ResultValue { Call: { Member: "handoff" } made } ? made.Argument("agent", 0) : item;
        if (draft.AgentOf(target) is { } other) AddHandoff(agent, other);
        else
            draft.Note(FindingLevel.Action, agent.DisplayName, "One of its hand-offs goes to an agent that is not known.",
                "Add the agent to its hand-offs.", agent.Origin);
        if (item is ResultValue { Call: { } options } && (options.Argument("input_filter") ?? options.Argument("on_handoff")) is not null)
            draft.Note(FindingLevel.Warning, agent.DisplayName,
                "A hand-off has an input filter or a callback; hand-offs here pass the whole conversation.",
                null, options.Origin);
    }

    private static void AddHandoff(AgentDraft agent, AgentDraft other)
    {
        if (other != agent && !agent.Handoffs.Contains(other)) agent.Handoffs.Add(other);
    }

    private static void AddServer(AgentDraft agent, Value server)
    {
        var (name, origin) = server is ResultValue { Call: { } call } ? (ServerName(call), call.Origin) : ("unknown", agent.Origin);
        agent.Unavailable.Add(new UnavailableTool($"mcp:{name}", "mcp", "It is a server the notebook starts or connects to.",
            "Connect the server as a source of tools and add them to the agent.", origin));
    }

    private static string ServerName(ExternalCall call)
    {
        if (call.Known("name") is { } name) return name;
        if (call.Argument("params", 0) is not MappingValue parameters) return call.Member;
        var arguments = Arguments.Items(parameters.Find("args")).OfType<TextValue>().Select(a => a.ToString()).ToList();
        return arguments.LastOrDefault(a => !a.StartsWith('-'))
            ?? (parameters.Find("url") as TextValue ?? parameters.Find("command") as TextValue)?.ToString() ?? call.Member;
    }

    private void AddGuardrail(AgentDraft agent, string kind, Value item)
    {
        var function = item as FunctionValue ?? (item as ResultValue)?.Call.Argument("guardrail_function", 0) as FunctionValue;
        var name = function?.Name ?? "a guardrail";
        draft.Note(FindingLevel.Action, agent.DisplayName,
            $"Its {(kind == "input_guardrails" ? "input" : "output")} guardrail {name} is not part of the definition: the agent runs "
                + $"without it.",
            "Put the check into the instructions, or call the checking agent before this one.", function?.Origin ?? agent.Origin);
        if (function is null) return;
        foreach (var run in draft.Program.Calls.Where(c => AgentsSdk.IsRun(c) && c.Through.Any(f => f.Definition == function.Definition)))
        {
            if (draft.AgentOf(run.Argument("starting_agent", 0)) is { } guard) draft.Guards.Add(guard);
        }
    }
}
