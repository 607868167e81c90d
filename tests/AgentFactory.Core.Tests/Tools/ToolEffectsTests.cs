using System.Text.Json;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Tools;

public sealed class ToolEffectsTests
{
    [Theory]
    [InlineData("""{}""", ToolEffect.Read)]
    [InlineData("""{"method":"GET"}""", ToolEffect.Read)]
    [InlineData("""{"method":"HEAD"}""", ToolEffect.Read)]
    [InlineData("""{"method":"PUT"}""", ToolEffect.Idempotent)]
    [InlineData("""{"method":"DELETE"}""", ToolEffect.Idempotent)]
    [InlineData("""{"method":"POST"}""", ToolEffect.Once)]
    [InlineData("""{"method":"PATCH"}""", ToolEffect.Once)]
    [InlineData("""{"method":"get"}""", ToolEffect.Once)]
    [InlineData("""{"method":1}""", ToolEffect.Once)]
    [InlineData("""[]""", ToolEffect.Once)]
    public void An_http_request_has_the_effect_of_its_method(string arguments, ToolEffect expected) =>
        Assert.Equal(expected, ToolEffects.Of(Tool("http_request", ToolKind.Builtin, ToolEffect.Once), Json(arguments)));

    [Fact]
    public void Every_other_tool_has_the_effect_it_declares()
    {
        var namesake = Tool("http_request", ToolKind.Python, ToolEffect.Idempotent);
        Assert.Equal(ToolEffect.Idempotent, ToolEffects.Of(namesake, Json("""{"method":"GET"}""")));
        Assert.Equal(ToolEffect.Read, ToolEffects.Of(Tool("calculator", ToolKind.Builtin, ToolEffect.Read), Json("{}")));
    }

    [Fact]
    public void Python_without_a_network_only_reads()
    {
        Assert.Equal(ToolEffect.Read, ToolEffects.DefaultOf(ToolKind.Python, new PythonProgram("", "f")));
        Assert.Equal(ToolEffect.Once, ToolEffects.DefaultOf(ToolKind.Python, new PythonProgram("", "f") { Network = true }));
        Assert.Equal(ToolEffect.Once, ToolEffects.DefaultOf(ToolKind.Builtin, null));
    }

    private static ToolDefinition Tool(string name, ToolKind kind, ToolEffect effect) =>
        new() { Name = name, Kind = kind, Effect = effect, Parameters = Json("{}") };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
