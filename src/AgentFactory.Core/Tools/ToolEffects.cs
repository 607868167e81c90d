using System.Text.Json;
using AgentFactory.Core.Tools.Builtin;

namespace AgentFactory.Core.Tools;

/// <summary>What repeating a call may do. When in doubt, <see cref="ToolEffect.Once"/>.</summary>
public static class ToolEffects
{
    /// <summary>The effect of one call. An HTTP request has the effect of its method; every other tool the one it declares.</summary>
    public static ToolEffect Of(ToolDefinition tool, JsonElement arguments) =>
        tool is { Kind: ToolKind.Builtin, Name: HttpRequestTool.Name } ? OfHttp(arguments) : tool.Effect;

    /// <summary>The effect of a tool whose maker said nothing about it.</summary>
    public static ToolEffect DefaultOf(ToolKind kind, PythonProgram? python) => kind switch
    {
        // Without a network a sandbox has nothing to change but its own scratch folder.
        ToolKind.Python when python is { Network: false } => ToolEffect.Read,
        // A child run is found again by the call's key, so a repeated call never starts a second one.
        ToolKind.Agent => ToolEffect.Idempotent,
        _ => ToolEffect.Once,
    };

    private static ToolEffect OfHttp(JsonElement arguments)
    {
        if (arguments.ValueKind != JsonValueKind.Object) return ToolEffect.Once;
        if (!arguments.TryGetProperty("method", out var method)) return ToolEffect.Read;
        return method.ValueKind != JsonValueKind.String ? ToolEffect.Once : method.GetString() switch
        {
            "GET" or "HEAD" => ToolEffect.Read,
            "PUT" or "DELETE" => ToolEffect.Idempotent,
            _ => ToolEffect.Once,
        };
    }
}
