using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.CrewAI;

/// <summary>CrewAI: <c>Agent(role, goal, backstory)</c>, <c>Task</c> and <c>Crew</c>, whose process is the flow.</summary>
internal sealed class CrewRule : IFrameworkRule
{
    private const string DefaultModel = "openai/gpt-4o-mini";

    public string Framework => "crewai";

    public void Apply(NotebookDraft draft)
    {
        foreach (var call in draft.Program.Calls.Where(c => c.Path is "crewai.Agent" or "crewai.agent.Agent")) draft.Add(Read(call, draft));
        var tools = new CrewTools(draft);
        foreach (var agent in draft.Agents.Where(a => a.Framework == Framework).ToList())
        {
            tools.AddAll(agent, agent.Call.Argument("tools"));
            if (agent.Call.Flag("allow_delegation") == true)
                draft.Note(FindingLevel.Note, agent.DisplayName,
                    "It may delegate to any agent of its crew; there are no such open hand-offs here.",
                    "Add the hand-offs it should have.", agent.Origin);
        }
        CrewFlows.Read(draft, tools);
    }

    private AgentDraft Read(ExternalCall call, NotebookDraft draft)
    {
        var role = call.Text("role");
        if (role is null && call.Argument("config") is not null)
            draft.Note(FindingLevel.Action, call.Names is [var variable, ..] ? variable : "agent",
                "Its role, goal and backstory are in a YAML file that is not in the notebook.",
                "Put their texts into the agent's instructions.", call.Origin);
        var agent = new AgentDraft
        {
            Framework = Framework,
            DeclaredName = role?.ToString().Trim(),
            FallbackName = call.Names is [var first, ..] ? first : call.Through is [.., var last] ? last.Name : null,
            Model = Model(call),
            Instructions = Instructions(role, call.Text("goal"), call.Text("backstory")),
            Description = call.Text("goal")?.ToString(),
            Origin = call.Origin,
            Call = call,
        };
        foreach (var name in call.Names) agent.AddAlias(name);
        if (call.Through.Count > 0) agent.AddAlias(call.Through[^1].Name);
        return agent;
    }

    /// <summary>The system prompt that CrewAI makes of the three texts.</summary>
    private static TextValue Instructions(TextValue? role, TextValue? goal, TextValue? backstory)
    {
        var parts = new List<TextValue>();
        if (role is not null) parts.AddRange([TextValue.Of("You are "), role, TextValue.Of(". ")]);
        if (backstory is not null) parts.Add(backstory);
        if (goal is not null)
            parts.AddRange([TextValue.Of(parts.Count > 0 ? "\nYour personal goal is: " : "Your personal goal is: "), goal]);
        return TextValue.Join(parts);
    }

    /// <summary>A name, <c>LLM(model=...)</c>, or a LangChain chat model.</summary>
    private static ModelChoice Model(ExternalCall agent)
    {
        var llm = agent.Argument("llm");
        if (llm is not ResultValue { Call: var made }) return ModelChoices.Of(llm, DefaultModel, "CrewAI");
        var name = made.Argument("model", made.Member == "LLM" ? 0 : -1) ?? made.Argument("model_name")
            ?? made.Argument("azure_deployment");
        var choice = ModelChoices.Of(name, (ResultValue)llm, DefaultModel, "CrewAI");
        return made.Member switch
        {
            "ChatAnthropic" => Prefixed(choice, "anthropic"),
            "ChatGroq" => Prefixed(choice, "groq"),
            "ChatGoogleGenerativeAI" => Prefixed(choice, "gemini"),
            "ChatOllama" or "Ollama" or "OllamaLLM" => Prefixed(choice, "ollama"),
            "ChatMistralAI" => Prefixed(choice, "mistral"),
            "AzureChatOpenAI" => Prefixed(choice, "azure"),
            _ => choice,
        };
    }

    private static ModelChoice Prefixed(ModelChoice choice, string provider) => choice.Declared is { } declared
        && !choice.Name.StartsWith(provider + "/", StringComparison.Ordinal)
        ? ModelChoices.Of(TextValue.Of($"{provider}/{declared}"), choice.Name, "CrewAI") with { Declared = declared }
        : choice;
}
