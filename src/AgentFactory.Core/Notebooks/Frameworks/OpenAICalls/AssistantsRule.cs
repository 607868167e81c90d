using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>
/// OpenAI's Assistants API: <c>client.beta.assistants.create(...)</c> is an agent, later <c>update</c> calls count, a thread is a session.
/// </summary>
internal sealed class AssistantsRule : IFrameworkRule
{
    private const string DefaultModel = "openai/gpt-4.1";
    private const string Create = ".beta.assistants.create";
    private const string Update = ".beta.assistants.update";

    public string Framework => "openai";

    public void Apply(NotebookDraft draft)
    {
        var tools = new SchemaTools(draft);
        var made = new List<AgentDraft>();
        foreach (var call in draft.Program.Calls.Where(c => c.Path.EndsWith(Create, StringComparison.Ordinal)))
        {
            ApplyUpdates(call, draft);
            var agent = Read(call, draft);
            if (draft.Add(agent) != agent) continue;
            foreach (var tool in Arguments.Items(Given(call, "tools"))) tools.Add(agent, tool);
            if (Given(call, "tool_resources") is not (null or ConstantValue))
                draft.Note(FindingLevel.Action, agent.DisplayName, "Its files and vector stores live on OpenAI's servers and are not converted.",
                    "Give the agent the knowledge it needs in its instructions or by a tool.", call.Origin);
            made.Add(agent);
        }
        if (made is not [var only]) return;
        foreach (var message in draft.Program.Calls.Where(c => c.IsReached && c.Path.EndsWith(".beta.threads.messages.create", StringComparison.Ordinal)))
        {
            draft.Understood.Add(message);
            if (message.Known("content") is { Length: > 0 } input) draft.Examples.Add(new ExampleDraft(only, input, message.Origin));
        }
    }

    private AgentDraft Read(ExternalCall call, NotebookDraft draft)
    {
        var agent = new AgentDraft
        {
            Framework = Framework,
            DeclaredName = (Given(call, "name") as TextValue)?.ToString(),
            FallbackName = call.Names is [var variable, ..] ? variable : CallNames.Of(call),
            Model = ModelChoices.Of(Given(call, "model"), call.Root, DefaultModel, "this conversion"),
            Instructions = Arguments.AsText(Given(call, "instructions"), call, "instructions") ?? TextValue.Empty,
            Description = (Given(call, "description") as TextValue)?.Known,
            Settings = call.Number("temperature") is >= 0 and <= 2 and var t ? new ModelSettings { Temperature = t } : null,
            OutputSchema = CallOutputs.Schema(call) ?? AgentOutputs.Schema(call.Argument("response_format"), draft.Program.Annotations),
            OutputType = AgentOutputs.TypeName(call.Argument("response_format")),
            Origin = call.Origin,
            Call = call,
        };
        foreach (var name in call.Names) agent.AddAlias(name);
        if (call.Through is [.., var around]) agent.AddAlias(around.Name);
        return agent;
    }

    /// <summary>What an update of this assistant gives counts instead of what it was made with.</summary>
    private static void ApplyUpdates(ExternalCall call, NotebookDraft draft)
    {
        foreach (var update in draft.Program.Calls.Where(c => c.Path.EndsWith(Update, StringComparison.Ordinal)))
        {
            if (update.Argument("assistant_id", 0) is not ExternalValue { Root.Call: var updated } || updated != call) continue;
            draft.Understood.Add(update);
            foreach (var (name, value) in update.Named.Where(n => n.Key != "assistant_id")) call.Attributes[name] = value;
        }
    }

    private static Value? Given(ExternalCall call, string name) => call.Attributes.GetValueOrDefault(name) ?? call.Argument(name);
}
