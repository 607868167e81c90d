using System.Text.Json;
namespace AgentFactory.Core.Tools { public sealed class ToolInvoker(IEnumerable<IToolRunner> runners) { public Task<ToolResult> InvokeAsync(ToolDefinition t, ToolCall c, CancellationToken ct) => runners.First(r => r.Kind == t.Kind).RunAsync(t, c, ct); }
public static class ToolEffects { public static ToolEffect Of(ToolDefinition t, JsonElement a) => a.ValueKind == JsonValueKind.Undefined ? ToolEffect.Once : t.Effect; } }
namespace AgentFactory.Core.Tools.Schemas { public sealed class JsonSchema { public static JsonSchema Compile(JsonElement e) => new(); public List<string> Validate(JsonElement e) { _ = this; return e.ValueKind == JsonValueKind.Null ? ["x"] : []; } } }
