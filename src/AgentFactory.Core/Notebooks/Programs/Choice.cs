using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Which of two values that both may hold is kept.</summary>
internal static class Choice
{
    /// <summary>
    /// The first, unless it tells nothing and the second does. Nothing and an empty text don't count as telling: what may be there at
    /// run time must
    /// stay visible as a placeholder.
    /// </summary>
    public static Value Of(Value first, Value second) => IsVague(first) && !IsVague(second) && !IsEmpty(second)
        || first is ConstantValue { Content: null }
        ? second
        : IsEmpty(first) && second is UnknownValue or ExternalValue or ResultValue ? second : first;

    private static bool IsVague(Value value) => value is UnknownValue or EnvironmentValue or ConstantValue { Content: null };

    private static bool IsEmpty(Value value) => value switch
    {
        ConstantValue { Content: null } => true,
        TextValue { Parts.Length: 0 } or TextValue { Known: "" } => true,
        _ => false,
    };
}
