using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;

/// <summary>
/// Agents of the OpenAI Agents SDK: <c>Agent(...)</c> and <c>agent.clone(...)</c>, with tools, hand-offs, output types and runs.
/// </summary>
internal sealed class AgentsSdkRule : IFrameworkRule
{
    public string Framework => AgentsSdk.Name;

    public void Apply(NotebookDraft draft)
    {
        var calls = draft.Program.Calls;
        foreach (var call in calls)
        {
            if (AgentsSdk.IsAgent(call) || AgentsSdk.IsClone(call)) draft.Add(Read(call, draft));
            else if (call.Path.StartsWith("agents.", StringComparison.Ordinal) && call.Member is "RealtimeAgent" or "VoicePipeline")
                draft.Skip($"{call.Member} {call.Known("name")}".Trim(), Framework, "Voice and realtime agents are not supported.",
                    "Make a text agent with the same instructions and tools.", call.Origin);
        }
        var links = new AgentsSdkLinks(draft);
        foreach (var agent in draft.Agents.Where(a => a.Framework == Framework).ToList()) links.Link(agent);
        AgentsSdkRuns.Read(draft);
    }

    private AgentDraft Read(ExternalCall call, NotebookDraft draft)
    {
        var instructions = Given(call, "instructions");
        var output = Given(call, "output_type");
        var agent = new AgentDraft
        {
            Framework = Framework,
            DeclaredName = call.Text("name", 0)?.ToString() ?? (Given(call, "name") as TextValue)?.ToString(),
            FallbackName = call.Names.FirstOrDefault(),
            Model = AgentsSdkModels.Of(call, Given(call, "model"), draft),
            Instructions = Instructions(call, instructions, draft),
            Description = call.Known("handoff_description"),
            Settings = Settings(Given(call, "model_settings")),
            OutputSchema = AgentOutputs.Schema(output, draft.Program.Annotations),
            OutputType = AgentOutputs.TypeName(output),
            Origin = call.Origin,
            Call = call,
        };
        foreach (var name in call.Names) agent.AddAlias(name);
        return agent;
    }

    /// <summary>An argument of the call, of the agent it is cloned from, or what was set on it later.</summary>
    public static Value? Given(ExternalCall call, string name)
    {
        if ((call.Attributes.GetValueOrDefault(name) ?? call.Argument(name)) is { } given) return given;
        return AgentsSdk.IsClone(call) ? Given(call.Root!.Call, name) : null;
    }

    private static TextValue Instructions(ExternalCall call, Value? instructions, NotebookDraft draft)
    {
        switch (instructions)
        {
            case null or ConstantValue:
                return TextValue.Empty;
            case FunctionValue or MethodValue:
                var function = instructions as FunctionValue ?? ((MethodValue)instructions).Function;
                draft.Note(FindingLevel.Warning, call.Known("name") ?? "agent",
                    $"Its instructions are made by the function {function.Name} at every run; their text without run-time values was "
                        + "taken.",
                    "Read the instructions and replace the placeholders.", function.Origin);
                return draft.Program.Interpreter.Calls.Invoke(
                    function, (instructions as MethodValue)?.Self, CallArguments.Unknown, null, isReached: false) as TextValue
                    ?? TextValue.Placeholder(function.Name);
            default:
                return Arguments.AsText(instructions, call, "instructions") ?? TextValue.Empty;
        }
    }

    private static ModelSettings? Settings(Value? settings)
    {
        if (settings is not ResultValue { Call: { Member: "ModelSettings" } call }) return null;
        var maximum = call.Number("max_tokens");
        var choice = call.Known("tool_choice");
        var result = new ModelSettings
        {
            Temperature = call.Number("temperature") is >= 0 and <= 2 and var t ? t : null,
            TopP = call.Number("top_p") is > 0 and <= 1 and var p ? p : null,
            MaxOutputTokens = maximum is >= 1 and <= 1_000_000 ? (int)maximum : null,
            ToolChoice = choice is "auto" or "none" or "required" ? choice : null,
        };
        return result == new ModelSettings() ? null : result;
    }
}
