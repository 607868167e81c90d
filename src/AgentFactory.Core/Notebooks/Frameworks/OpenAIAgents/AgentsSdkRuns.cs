using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary><c>Runner.run(agent, input)</c>: inputs that the notebook itself tries.</summary>
internal static class AgentsSdkRuns
{
    public static void Read(NotebookDraft draft)
    {
        foreach (var run in draft.Program.Calls.Where(AgentsSdk.IsRun))
        {
            draft.Understood.Add(run);
            if (run.IsReached && draft.AgentOf(run.Argument("starting_agent", 0)) is { } agent
                && Input(run.ArgumentThen("input", 1)) is { } input)
                draft.Examples.Add(new ExampleDraft(agent, input, run.Origin));
        }
    }

    private static string? Input(Value? input) => input switch
    {
        TextValue { Known: { Length: > 0 } text } => text,
        SequenceValue { IsOpen: false, Items: [.., MappingValue last] } when last.Find("role") is TextValue { Known: "user" } =>
            (last.Find("content") as TextValue)?.Known,
        _ => null,
    };
}
