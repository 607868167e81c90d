using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Runs;

namespace AgentFactory.Core.Tests.Agents;

public sealed class AgentValidationTests
{
    private static readonly AgentSurroundings Known = new(
        ["calculator", "lookup_order", "send_mail"], ["support", "billing", new string('a', 60)]);
    private static readonly AgentDefinition Good =
        new() { Name = "triage", Model = "demo/offline", Instructions = "Help.", Tools = ["calculator"] };

    public static TheoryData<string, AgentDefinition, string, string> Broken => new()
    {
        { "no name", Good with { Name = "" }, "name", "1 to 63" },
        { "a name with a space", Good with { Name = "My Agent" }, "name", "'my-agent'" },
        { "a name with a NUL", Good with { Name = "a\0b" }, "name", "1 to 63" },
        { "a name that climbs", Good with { Name = "../x" }, "name", "1 to 63" },
        { "a name that begins with a hyphen", Good with { Name = "-a" }, "name", "1 to 63" },
        { "a name that ends a line", Good with { Name = "a\n" }, "name", "1 to 63" },
        { "a name of 64 characters", Good with { Name = new string('a', 64) }, "name", "1 to 63" },
        { "a name of a megabyte", Good with { Name = new string('a', 1 << 20) }, "name", "1 to 63" },
        { "a null name", Good with { Name = null! }, "name", "1 to 63" },
        { "a long title", Good with { Title = new string('t', 201) }, "title", "201" },
        { "a title of two lines", Good with { Title = "a\nb" }, "title", "U+000A" },
        { "a long description", Good with { Description = new string('t', 2_001) }, "description", "2,000" },
        { "long instructions", Good with { Instructions = new string('t', 200_001) }, "instructions", "200,000" },
        { "instructions with a NUL", Good with { Instructions = "a\0" }, "instructions", "U+0000" },
        { "instructions with an escape", Good with { Instructions = "a\u001b[31m" }, "instructions", "U+001B" },
        { "half a surrogate pair", Good with { Instructions = "a\ud83d" }, "instructions", "U+D83D" },
        { "null instructions", Good with { Instructions = null! }, "instructions", "null" },
        { "a model without a provider", Good with { Model = "gpt-4.1" }, "model", "'openai/gpt-4.1'" },
        { "a model with a space", Good with { Model = "openai/gpt 4" }, "model", "provider/model" },
        { "no model", Good with { Model = "" }, "model", "provider/model" },
        { "a null model", Good with { Model = null! }, "model", "provider/model" },
        { "a hot temperature", Good with { Settings = new ModelSettings { Temperature = 2.1 } }, "settings.temperature", "0 to 2" },
        { "a temperature that is no number", Good with { Settings =
            new ModelSettings { Temperature = double.NaN } }, "settings.temperature", "0 to 2" },
        { "a top_p of 0", Good with { Settings = new ModelSettings { TopP = 0 } }, "settings.top_p", "above 0" },
        { "no output tokens", Good with { Settings =
            new ModelSettings { MaxOutputTokens = 0 } }, "settings.max_output_tokens", "1 to 1,000,000" },
        { "a choice of a tool it lacks", Good with { Settings =
            new ModelSettings { ToolChoice = "calculater" } }, "settings.tool_choice", "'calculator'" },
        { "a required call without tools", Good with { Tools =
            [], Settings = new ModelSettings { ToolChoice = "required" } }, "settings.tool_choice", "no tools" },
        { "a tool that is not there", Good with { Tools = ["calculator", "lookup-orders"] }, "tools[1]", "Did you mean 'lookup_order'?" },
        { "a tool twice", Good with { Tools = ["calculator", "calculator"] }, "tools[1]", "twice" },
        { "a null tool", Good with { Tools = [null!] }, "tools[0]", "null" },
        { "null tools", Good with { Tools = null! }, "tools", "null" },
        { "129 tools", Good with { Tools = [.. Enumerable.Range(0, 129).Select(i => $"t{i}")] }, "tools", "129" },
        { "a tool name of a megabyte", Good with { Tools = [new string('a', 1 << 20)] }, "tools[0]", "200" },
        { "a hand-off to nobody", Good with { Handoffs = ["suport"] }, "handoffs[0]", "Did you mean 'support'?" },
        { "a hand-off to itself", Good with { Name = "support", Handoffs = ["support"] }, "handoffs[0]", "itself" },
        { "a hand-off to a long name", Good with { Handoffs = [new string('a', 60)] }, "handoffs[0]", "52" },
        { "33 hand-offs", Good with { Handoffs = [.. Enumerable.Range(0, 33).Select(i => $"a{i}")] }, "handoffs", "33" },
        { "a schema that is text", Good with { OutputSchema = Json("\"x\"") }, "output_schema", "object" },
        { "no turns", Good with { Limits = new RunLimits { MaxTurns = 0 } }, "limits.max_turns", "1 to 1,000" },
        { "too many tool calls", Good with { Limits = new RunLimits { MaxToolCalls = 10_001 } }, "limits.max_tool_calls", "0 to 10,000" },
        { "too many tokens", Good with { Limits =
            new RunLimits { MaxTokens = long.MaxValue } }, "limits.max_tokens", "1 to 1,000,000,000" },
        { "a cost below zero", Good with { Limits = new RunLimits { MaxCostNanoUnits = -1 } }, "limits.max_cost", "below zero" },
        { "a day and a second", Good with { Limits = new RunLimits { MaxSeconds = 86_401 } }, "limits.max_seconds", "1 to 86,400" },
        { "too deep", Good with { Limits = new RunLimits { MaxDepth = 17 } }, "limits.max_depth", "0 to 16" },
        { "33 pairs", Good with { Metadata = Enumerable.Range(0, 33).ToDictionary(i => $"k{i}", _ => "") }, "metadata", "33" },
        { "an empty key", Good with { Metadata = new Dictionary<string, string> { [""] = "x" } }, "metadata", "empty" },
        { "a long key", Good with { Metadata = new Dictionary<string, string> { [new string('k', 65)] = "x" } }, "metadata", "64" },
        { "a long value", Good with { Metadata =
            new Dictionary<string, string> { ["k"] = new string('v', 1_025) } }, "metadata.k", "1,024" },
        { "a null value", Good with { Metadata = new Dictionary<string, string> { ["k"] = null! } }, "metadata.k", "null" },
        { "null metadata", Good with { Metadata = null! }, "metadata", "null" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_rule_names_the_field_and_the_fix(string what, AgentDefinition definition, string param, string fix)
    {
        var fault = Assert.Single(AgentValidation.Check(definition, Known), f => f.Param == param);
        Assert.True(fault.Message.Contains(fix, StringComparison.Ordinal), $"{what}: {fault.Message}");
        Assert.True(fault.Message.Length < 400, $"{what}: the message repeats what was sent");
    }

    [Fact]
    public void The_largest_and_the_smallest_definition_are_taken()
    {
        Assert.Empty(AgentValidation.Check(new AgentDefinition { Name = "a", Model = "a/b" }, Known));
        var fox = string.Concat(Enumerable.Repeat("🦊", 200));
        Assert.Empty(AgentValidation.Check(Good with
        {
            Name = new string('a', 63),
            Title = fox,
            Description = new string('d', 2_000),
            Instructions = "\t" + new string('i', 199_997) + "\r\n",
            Model = "openai/" + new string('m', 193),
            Handoffs = ["support", "billing"],
            Settings = new ModelSettings { Temperature = 2, TopP = 1, MaxOutputTokens = 1_000_000, ToolChoice = "calculator" },
            Limits = new RunLimits
            {
                MaxTurns =
                1_000,
                MaxToolCalls = 0,
                MaxTokens = 1_000_000_000,
                MaxCostNanoUnits = 0,
                MaxSeconds = 86_400,
                MaxDepth = 16
            },
            Metadata = new Dictionary<string, string> { [new string('k', 64)] = fox },
        }, Known));
    }

    [Fact]
    public void Every_fault_is_found_at_once()
    {
        var bad = Good with { Name = "Bad Name", Model = "x", Tools = ["nope"], Limits = new RunLimits { MaxTurns = 0 } };
        var refusal = Assert.Throws<AgentFactoryException>(() => AgentValidation.Require(bad, Known));
        Assert.Equal(ErrorCodes.Invalid, refusal.Code);
        Assert.Equal("name", refusal.Param);
        Assert.Equal(["name", "model", "tools[0]", "limits.max_turns"], refusal.Faults.Select(e => e.Param));
        Assert.Contains("3 more", refusal.Message, StringComparison.Ordinal);
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
