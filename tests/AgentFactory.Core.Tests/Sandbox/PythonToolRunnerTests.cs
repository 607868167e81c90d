using System.Text.Json;
using AgentFactory.Core.Models;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Sandbox;

public sealed class PythonToolRunnerTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("def f(): return 'text'", "text", false)]
    [InlineData("def f(): return {'a': [1]}", """{"a": [1]}""", false)]
    [InlineData("def f(): print('said')", "said", false)]
    [InlineData("def f():\n    print('said')\n    return 7", "7", false)]
    [InlineData("def f(): pass", "null", false)]
    [InlineData("def f(): raise ValueError('no')", "ValueError: no\nIt printed:\n", true)]
    public async Task The_result_is_what_the_function_returned(string code, string content, bool isError)
    {
        var result = await RunAsync(new PythonProgram(code, "f"));
        Assert.StartsWith(content, result.Content, StringComparison.Ordinal);
        Assert.Equal(isError, result.IsError);
        Assert.True(isError || result.Content == content);
    }

    [Fact]
    public async Task A_secret_reaches_the_tool_and_is_taken_out_of_what_comes_back()
    {
        const string code = "import os\ndef f():\n    k = os.environ['API_KEY']\n    return f'{len(k)} {k}'";
        Assert.Equal("14 [API_KEY]", (await RunAsync(new PythonProgram(code, "f") { Secrets = ["API_KEY"] })).Content);
        const string raising = "import os\ndef f(): raise ValueError('bad ' + os.environ['API_KEY'])";
        var failed = await RunAsync(new PythonProgram(raising, "f") { Secrets = ["API_KEY"] });
        Assert.StartsWith("ValueError: bad [API_KEY]", failed.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-hunter2-xyz", failed.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_not_set_is_named_with_the_way_to_set_it()
    {
        var result = await RunAsync(new PythonProgram("def f(): pass", "f") { Secrets = ["OTHER_KEY"] });
        Assert.True(result.IsError);
        Assert.Equal(
            "'probe' needs the secret OTHER_KEY, which is not set. Set it with: agent-factory secret set OTHER_KEY", result.Content);
    }

    private Task<ToolResult> RunAsync(PythonProgram program)
    {
        var tool = new ToolDefinition
        {
            Name = "probe",
            Kind = ToolKind.Python,
            Effect = ToolEffect.Read,
            Python = program,
            Parameters = JsonDocument.Parse("true").RootElement,
        };
        var call = new ToolCall(new TenantId(Guid.Empty), Guid.Empty, "call_1", JsonDocument.Parse("{}").RootElement, "key");
        return new PythonToolRunner(sandbox.Sandbox, new OneSecret()).RunAsync(tool, call, TestContext.Current.CancellationToken);
    }

    private sealed class OneSecret : ICredentialSource
    {
        public ValueTask<string?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            ValueTask.FromResult<string?>("an operator's key, which no tool may have");

        public ValueTask<string?> FindOwnAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            ValueTask.FromResult(name == "API_KEY" ? "sk-hunter2-xyz" : null);
    }
}
