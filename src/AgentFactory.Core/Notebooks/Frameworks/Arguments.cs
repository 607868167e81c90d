using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>Arguments as the texts, numbers and lists that rules want.</summary>
internal static class Arguments
{
    /// <summary>A text with its placeholders; null for <c>None</c> and for what is no text.</summary>
    public static TextValue? Text(this ExternalCall call, string name, int position = -1) =>
        AsText(call.Argument(name, position), call, name);

    public static string? Known(this ExternalCall call, string name, int position = -1) =>
        (call.Argument(name, position) as TextValue)?.Known;

    public static bool? Flag(this ExternalCall call, string name) =>
        call.Argument(name) is ConstantValue { Content: bool flag } ? flag : null;

    public static double? Number(this ExternalCall call, string name) =>
        call.Argument(name) is { } value ? Programs.Operations.Number(value) : null;

    /// <summary>What is known of a list; empty when nothing is.</summary>
    public static IReadOnlyList<Value> Items(Value? value) => value is SequenceValue list ? list.Items : [];

    /// <summary>There are or may be items that are not known.</summary>
    public static bool IsOpen(Value? value) => value switch
    {
        null or ConstantValue { Content: null } => false,
        SequenceValue list => list.IsOpen,
        _ => true,
    };

    /// <summary>A value as the text that an argument of the call takes; null for <c>None</c> and for what is no text.</summary>
    public static TextValue? AsText(Value? value, ExternalCall call, string name) => value switch
    {
        null or ConstantValue { Content: null } => null,
        TextValue text => text,
        SequenceValue or MappingValue or FunctionValue or MethodValue => null,
        _ => PythonText.Str(value, SourceOf(call, name)),
    };

    private static string SourceOf(ExternalCall call, string name) =>
        call.Node.Keywords.FirstOrDefault(k => k.Arg == name)?.Value is { } given ? call.Cell.Text(given) : name;
}
