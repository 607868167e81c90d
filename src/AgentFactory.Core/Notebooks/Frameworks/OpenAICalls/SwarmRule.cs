using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>OpenAI Swarm: <c>Agent(name, model, instructions, functions)</c>; a function that returns an agent hands over to it.</summary>
internal sealed class SwarmRule : IFrameworkRule
{
    private const string DefaultModel = "openai/gpt-4o";

    public string Framework => "swarm";

    public void Apply(NotebookDraft draft)
    {
        foreach (var call in draft.Program.Calls.Where(c => c.Path is "swarm.Agent" or "swarm.types.Agent")) draft.Add(Read(call, draft));
        foreach (var agent in draft.Agents.Where(a => a.Framework == Framework).ToList())
        {
            foreach (var item in Arguments.Items(agent.Call.Argument("functions"))) Link(agent, item, draft);
        }
        foreach (var run in draft.Program.Calls.Where(c => c.Path is "swarm.Swarm.run" or "swarm.repl.run_demo_loop"))
        {
            draft.Understood.Add(run);
            var messages = Messages.Of(run.ArgumentThen("messages", 1));
            if (draft.AgentOf(run.Argument("agent", 0)) is { } agent && messages.LastUserText is { } input)
                draft.Examples.Add(new ExampleDraft(agent, input, run.Origin));
        }
    }

    private AgentDraft Read(ExternalCall call, NotebookDraft draft)
    {
        var agent = new AgentDraft
        {
            Framework = Framework,
            DeclaredName = call.Text("name")?.ToString(),
            FallbackName = call.Names.FirstOrDefault(),
            Model = ModelChoices.Of(call.Argument("model"), DefaultModel, "Swarm"),
            Instructions = call.Argument("instructions") is FunctionValue function
                ? draft.Program.Interpreter.Calls.Invoke(function, null, CallArguments.Unknown, null, false) as TextValue
                    ?? TextValue.Placeholder(function.Name)
                : call.Text("instructions") ?? TextValue.Of("You are a helpful agent."),
            Origin = call.Origin,
            Call = call,
        };
        foreach (var name in call.Names) agent.AddAlias(name);
        return agent;
    }

    private static void Link(AgentDraft agent, Value item, NotebookDraft draft)
    {
        if (item is not FunctionValue function) return;
        var returned = draft.Program.Interpreter.Calls.Invoke(function, null, CallArguments.Unknown, null, isReached: false);
        if (returned is ResultValue { Call: { Member: "Result" } result }) returned = result.Argument("agent") ?? returned;
        if (draft.AgentOf(returned) is { } target)
        {
            if (target != agent && !agent.Handoffs.Contains(target)) agent.Handoffs.Add(target);
            target.AddAlias(function.Name);
            return;
        }
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        var tool = FunctionTools.Of(function, new FunctionToolOptions { WholeDocstring = true, Hidden = hidden }, draft);
        tool.Parameters["properties"]?.AsObject().Remove("context_variables");
        if (!agent.Tools.Contains(tool)) agent.Tools.Add(tool);
    }
}
