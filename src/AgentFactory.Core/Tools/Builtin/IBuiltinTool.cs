using System.Text.Json;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>A tool that ships with the product. Thread-safe; holds no state of a call.</summary>
internal interface IBuiltinTool
{
    ToolDefinition Definition { get; }

    /// <summary>
    /// Runs one call whose arguments satisfy the schema. Throws <see cref="AgentFactoryException"/> for what the model got
    /// wrong: its message goes back.
    /// </summary>
    Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken);
}

/// <summary>What the arguments of a call hold, once their schema was checked.</summary>
internal static class BuiltinArguments
{
    public static JsonElement Schema(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement arguments, string name, string absent = "") =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : absent;

    public static AgentFactoryException Mistake(string message, string? param = null) => new(ErrorCodes.Invalid, message, param);
}
