using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>A list of chat messages as one call got it.</summary>
/// <param name="System">The first system or developer message; null when there is none.</param>
/// <param name="User">User messages, in order.</param>
/// <param name="Pictured">The first user message that stands beside an image or file known only at run time.</param>
/// <param name="HasAnswers">It holds results of tools, or answers of a model that came before.</param>
/// <param name="IsOpen">There may be messages that are not known.</param>
internal sealed record Messages(TextValue? System, IReadOnlyList<TextValue> User, TextValue? Pictured, bool HasAnswers, bool IsOpen)
{
    public string? LastUserText => User.Count > 0 && User[^1].Known is { Length: > 0 } text ? text : null;

    public static Messages Of(Value? value)
    {
        if (value is TextValue text) return new Messages(null, [text], null, false, false);
        var (system, pictured) = ((TextValue?)null, (TextValue?)null);
        var (user, answers) = (new List<TextValue>(), false);
        foreach (var item in Arguments.Items(value))
        {
            if (SchemaTools.AsMapping(item) is not { } message)
            {
                // The answer of an earlier call, put back into the conversation.
                answers |= item is ExternalValue { Root: not null } or ResultValue;
                continue;
            }
            var role = (message.Find("role") as TextValue)?.Known;
            var content = Content(message.Find("content"));
            if (role is "system" or "developer") system ??= content;
            else if (role == "user" && content is not null) user.Add(content);
            if (role == "user" && message.Find("content") is SequenceValue parts && HasUnknown(parts)) pictured ??= content;
            answers |= role is "tool" or "function"
                || (message.Find("type") as TextValue)?.Known is "function_call_output" or "function_call";
        }
        return new Messages(system, user, pictured, answers, value is not SequenceValue { IsOpen: false });
    }

    private static bool HasUnknown(SequenceValue parts) => parts.IsOpen || parts.Items.Select(SchemaTools.AsMapping)
        .Any(p => p is null || (p.Find("text") is null && !JsonValues.TryConvert(p, out _)));

    private static TextValue? Content(Value? content) => content switch
    {
        null or ConstantValue { Content: null } => null,
        TextValue text => text,
        SequenceValue parts => TextValue.Join(
            parts.Items.Select(SchemaTools.AsMapping).Select(p => p?.Find("text")).OfType<TextValue>()),
        UnknownValue unknown => TextValue.Placeholder(unknown.Expression),
        _ => PythonText.Str(content, "content"),
    };
}
