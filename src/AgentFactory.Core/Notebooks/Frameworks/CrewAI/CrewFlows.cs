using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.CrewAI;

/// <summary>Tasks and crews.</summary>
internal static class CrewFlows
{
    public static void Read(NotebookDraft draft, CrewTools tools)
    {
        var tasks = draft.Program.Calls.Where(c => c.Path is "crewai.Task" or "crewai.task.Task").DistinctBy(c => c.Node).ToList();
        foreach (var task in tasks)
        {
            draft.Understood.Add(task);
            if (draft.AgentOf(task.Argument("agent")) is not { } agent) continue;
            tools.AddAll(agent, task.Argument("tools"));
        }
        var crews = draft.Program.Calls.Where(c => c.Path is "crewai.Crew" or "crewai.crew.Crew").DistinctBy(c => c.Node).ToList();
        foreach (var crew in crews) draft.Flows.Add(Flow(crew, Tasks(crew, tasks), draft));
        if (crews.Count == 0 && tasks.Count > 0 && tasks.Exists(t => draft.AgentOf(t.Argument("agent")) is not null))
            draft.Flows.Add(Flow(null, tasks, draft));
        foreach (var run in draft.Program.Calls
            .Where(c => c.Path.StartsWith("crewai.", StringComparison.Ordinal) && c.Member.Contains("kickoff", StringComparison.Ordinal)))
        {
            draft.Understood.Add(run);
            if (run.IsReached && run.ArgumentThen("inputs", 0) is MappingValue inputs
                && PythonText.Json(inputs, "inputs").Known is { } text)
                draft.Examples.Add(new ExampleDraft(null, text, run.Origin));
        }
        foreach (var task in tasks.Where(t => t.IsReached))
        {
            if (task.Text("description")?.Known is { } description && !description.Contains('{', StringComparison.Ordinal))
                draft.Examples.Add(new ExampleDraft(draft.AgentOf(task.Argument("agent")), description.Trim(), task.Origin));
        }
    }

    private static List<ExternalCall> Tasks(ExternalCall crew, List<ExternalCall> all)
    {
        var given = Arguments.Items(crew.Argument("tasks")).OfType<ResultValue>().Select(r => all.Find(t => t.Node == r.Call.Node))
            .OfType<ExternalCall>().ToList();
        return given.Count > 0 ? given : all;
    }

    private static FlowDraft Flow(ExternalCall? crew, List<ExternalCall> tasks, NotebookDraft draft)
    {
        var isHierarchical = crew?.Argument("process") is ExternalValue { Path: var process }
            && process.EndsWith(".hierarchical", StringComparison.Ordinal);
        var flow = new FlowDraft { Kind = isHierarchical ? "hierarchical" : crew is null && tasks.Count == 1 ? "single" : "sequential" };
        if (crew is not null) draft.Understood.Add(crew);
        foreach (var task in tasks)
        {
            var agent = draft.AgentOf(task.Argument("agent"));
            if (agent is not null && !flow.Nodes.Contains(agent)) flow.Nodes.Add(agent);
            var context = Arguments.Items(task.Argument("context")).OfType<ResultValue>()
                .Select(r => tasks.FindIndex(t => t.Node == r.Call.Node)).Where(i => i >= 0);
            flow.Steps.Add((agent, task.Text("description")?.ToString().Trim() ?? "", task.Text("expected_output")?.ToString().Trim(),
                [.. context], task.Origin));
        }
        foreach (var member in Arguments.Items(crew?.Argument("agents")).Select(draft.AgentOf).OfType<AgentDraft>())
        {
            if (!flow.Nodes.Contains(member)) flow.Nodes.Add(member);
        }
        return flow;
    }
}
