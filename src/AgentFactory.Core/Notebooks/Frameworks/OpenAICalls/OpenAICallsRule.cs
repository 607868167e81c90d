using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>
/// Agents made of plain requests: fixed instructions or tools sent to a model by chat completions or the Responses API. A question
/// without either is no agent; a request that goes on with an earlier one belongs to that one's agent.
/// </summary>
internal sealed class OpenAICallsRule : IFrameworkRule
{
    private const string DefaultModel = "openai/gpt-4.1";
    private const int ShortestTemplate = 24;

    public string Framework => "openai";

    public void Apply(NotebookDraft draft)
    {
        var tools = new SchemaTools(draft);
        var found = new List<AgentDraft>();
        foreach (var call in draft.Program.Calls.Where(c => OpenAIShape.IsChat(c) || OpenAIShape.IsResponse(c)))
        {
            draft.Understood.Add(call);
            if (Read(call, draft, tools) is not { } agent) continue;
            agent = draft.Add(agent);
            if (!found.Contains(agent)) found.Add(agent);
            if (call.IsReached && MessagesOf(call) is { HasAnswers: false, LastUserText: { } input } && input != agent.Instructions.Known)
                draft.Examples.Add(new ExampleDraft(agent, input, call.Origin));
        }
        CallMerging.Merge(found, draft);
    }

    private AgentDraft? Read(ExternalCall call, NotebookDraft draft, SchemaTools tools)
    {
        var messages = MessagesOf(call);
        var system = call.ArgumentThen("instructions") is { } given and not ConstantValue ? PythonText.Str(given, "instructions")
            : messages.System;
        var declared = call.ArgumentThen("tools") ?? call.ArgumentThen("functions");
        var hasTools = Arguments.Items(declared).Count > 0 || declared is ResultValue;
        if (messages.HasAnswers && (system is null || !hasTools && messages.User.Count == 0)
            || call.ArgumentThen("previous_response_id") is not (null or ConstantValue))
            return Explain(call, draft, "It goes on with an earlier request to the model; that one is the agent.");
        var instructions = system ?? Template(messages, call);
        if (instructions is null && !hasTools)
            return Explain(call, draft, "It sends a model a question without instructions or tools: that is no agent.");
        if (!hasTools && instructions is { KnownLength: 0 })
            return Explain(call, draft, "It sends a model only what its caller gives it: that is no agent by itself.");

        var output = call.Argument("response_format") ?? call.Argument("text_format");
        var agent = new AgentDraft
        {
            Framework = Framework,
            FallbackName = CallNames.Of(call),
            Model = ModelChoices.Of(call.ArgumentThen("model"), call.Root, DefaultModel, "this conversion"),
            Instructions = instructions ?? TextValue.Empty,
            Settings = Settings(call),
            OutputSchema = AgentOutputs.Schema(output, draft.Program.Annotations) ?? CallOutputs.Schema(call),
            OutputType = AgentOutputs.TypeName(output),
            Origin = call.Origin,
            Call = call,
        };
        foreach (var alias in CallNames.Aliases(call)) agent.AddAlias(alias);
        foreach (var tool in Arguments.Items(declared)) tools.Add(agent, tool);
        if (declared is ResultValue or SequenceValue { IsOpen: true })
            draft.Note(FindingLevel.Action, agent.DisplayName, "Some of its tools are put together at run time and are not known.",
                "Add the missing tools to the agent.", agent.Origin);
        return agent;
    }

    private static Messages MessagesOf(ExternalCall call) =>
        Messages.Of(OpenAIShape.IsResponse(call) ? call.ArgumentThen("input")
            : call.ArgumentThen("messages", call.Path.StartsWith("litellm.", StringComparison.Ordinal) ? 1 : -1));

    /// <summary>
    /// A fixed prompt around the input, sent as the user's message. Beside an image only where the function around the request holds the
    /// prompt itself: one that its caller gives is a question.
    /// </summary>
    private static TextValue? Template(Messages messages, ExternalCall call) =>
        messages.User.FirstOrDefault(u => u.IsComposed && u.KnownLength >= ShortestTemplate)
            ?? (messages.Pictured is { KnownLength: >= ShortestTemplate } prompt && call.Through is [.., var around] && !TakesPrompt(around)
                ? prompt : null);

    private static bool TakesPrompt(FunctionValue function)
    {
        var parameters = BoundNames.OfParameters(function.Parameters).ToHashSet(StringComparer.Ordinal);
        return function.Definition.Descendants().OfType<Dict>().Any(d => d.Keys.Zip(d.Values)
            .Any(e => e is (Constant { Value: "text" }, Name { Id: var name }) && parameters.Contains(name)));
    }

    private static AgentDraft? Explain(ExternalCall call, NotebookDraft draft, string reason)
    {
        draft.CellReasons.TryAdd(call.Cell.Index, reason);
        return null;
    }

    private static ModelSettings? Settings(ExternalCall call)
    {
        var maximum = call.Number("max_tokens") ?? call.Number("max_completion_tokens") ?? call.Number("max_output_tokens");
        var settings = new ModelSettings
        {
            Temperature = call.Number("temperature") is >= 0 and <= 2 and var t ? t : null,
            TopP = call.Number("top_p") is > 0 and <= 1 and var p ? p : null,
            MaxOutputTokens = maximum is >= 1 and <= 1_000_000 ? (int)maximum : null,
            ToolChoice = call.Known("tool_choice") is "none" or "required" ? call.Known("tool_choice") : null,
        };
        return settings == new ModelSettings() ? null : settings;
    }
}
