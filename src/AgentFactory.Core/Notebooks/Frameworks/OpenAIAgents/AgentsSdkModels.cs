using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary>Models of agents: a name, a model object with its client, the run's configuration, or the SDK's default.</summary>
internal static class AgentsSdkModels
{
    public static ModelChoice Of(ExternalCall agent, Value? model, NotebookDraft draft)
    {
        if (model is null or ConstantValue) model = OfRun(agent, draft) ?? model;
        if (model is not ResultValue { Call: var made })
            return ModelChoices.Of(model, DefaultClient(draft), AgentsSdk.DefaultModel, "the SDK");
        var name = made.Argument("model", 0);
        return made.Member == "LitellmModel"
            ? ModelChoices.Of(name, AgentsSdk.DefaultModel, "the SDK")
            : ModelChoices.Of(name, (made.Argument("openai_client", 1) as ResultValue) ?? DefaultClient(draft), AgentsSdk.DefaultModel,
                "the SDK");
    }

    /// <summary><c>Runner.run(agent, ..., run_config=RunConfig(model=...))</c> decides for agents without a model.</summary>
    private static Value? OfRun(ExternalCall agent, NotebookDraft draft)
    {
        foreach (var run in draft.Program.Calls.Where(AgentsSdk.IsRun))
        {
            if (run.Argument("starting_agent", 0) is not ResultValue { Call: var started } || started.Node != agent.Node) continue;
            if (run.Argument("run_config") is ResultValue { Call: { Member: "RunConfig" } config }
                && config.Argument("model") is { } model) return model;
        }
        return null;
    }

    private static ResultValue? DefaultClient(NotebookDraft draft) => draft.Program.Calls
        .LastOrDefault(c => AgentsSdk.Is(c.Path, "set_default_openai_client"))?.Argument("client", 0) as ResultValue;
}
