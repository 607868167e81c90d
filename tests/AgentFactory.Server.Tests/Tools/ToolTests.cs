using System.Net;
using System.Text.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Tools;

public sealed class ToolTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static readonly (string, string) Any = ("If-Match", "*");

    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    [Fact]
    public async Task A_python_tool_is_made_read_and_listed_before_the_built_in_ones()
    {
        var response = await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(a, b):\n    return a + b\n"));
        var made = await response.JsonAsync(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetString()!;
        Assert.StartsWith("tol_", id);
        Assert.Equal($"/v1/tools/{id}", response.Headers.Location!.ToString());
        Assert.Equal(("python", "read", 30), (Text(made, "kind"), Text(made, "effect"), made.GetProperty("timeout_seconds").GetInt32()));
        foreach (var path in new[] { $"/v1/tools/{id}", "/v1/tools/add" })
            Assert.Equal(made.GetRawText(), (await (await Acme.FetchAsync(path)).JsonAsync()).GetRawText());
        var names = await NamesAsync("/v1/tools");
        Assert.Equal("add", names[0]);
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task A_tool_is_replaced_and_deleted_by_those_who_read_it()
    {
        await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).JsonAsync(HttpStatusCode.Created);
        var change = Python("add", "def add(): return 2");
        await (await Acme.SendAsync(HttpMethod.Put, "/v1/tools/add", change)).ProblemAsync((HttpStatusCode)428, "precondition_required");
        await (await Acme.SendAsync(HttpMethod.Put, "/v1/tools/add", change, ("If-Match", "\"9\""))).ProblemAsync(
            HttpStatusCode.PreconditionFailed, "precondition_failed");
        var replaced = await Acme.SendAsync(HttpMethod.Put, "/v1/tools/add", change, ("If-Match", "\"1\""));
        Assert.Equal("\"2\"", replaced.Headers.ETag!.Tag);
        Assert.Equal("def add(): return 2", (await replaced.JsonAsync()).GetProperty("python").GetProperty("code").GetString());
        var renamed = await (await Acme.SendAsync(HttpMethod.Put, "/v1/tools/add", Python("plus", "def add(): return 2", "add"), Any))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("name", renamed.Param());
        await (await Acme.SendAsync(HttpMethod.Delete, "/v1/tools/add", null, ("If-Match", "\"1\""))).ProblemAsync(
            HttpStatusCode.PreconditionFailed, "precondition_failed");
        Assert.Equal(HttpStatusCode.NoContent, (await Acme.SendAsync(HttpMethod.Delete, "/v1/tools/add", null, Any)).StatusCode);
        await (await Acme.FetchAsync("/v1/tools/add")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 3"))).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_agent_s_version_keeps_a_tool_that_is_deleted_and_a_new_version_cannot_use_it()
    {
        await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).JsonAsync(HttpStatusCode.Created);
        var agent = new { name = "adder", model = "demo/offline", tools = new[] { "add" } };
        await (await Acme.PostJsonAsync("/v1/agents", agent)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await Acme.SendAsync(HttpMethod.Delete, "/v1/tools/add", null, Any)).StatusCode);
        var version = await (await Acme.FetchAsync("/v1/agents/adder/versions/1")).JsonAsync();
        Assert.Equal("def add(): return 1", version.GetProperty("tools")[0].GetProperty("python").GetProperty("code").GetString());
        var refused = await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents/adder/versions", agent, Any)).ProblemAsync(
            HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("tools[0]", refused.Param());
    }

    [Fact]
    public async Task An_agent_is_a_tool_of_another_one_of_its_tenant()
    {
        var refused = await (
            await Acme.PostJsonAsync("/v1/tools", AgentTool("expert"))).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("agent", refused.Param());
        await (await Acme.PostJsonAsync("/v1/agents", new { name = "expert", model = "demo/offline" })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("idempotent", Text(
            await (await Acme.PostJsonAsync("/v1/tools", AgentTool("expert"))).JsonAsync(HttpStatusCode.Created), "effect"));
        await (await shared.NewTenant().Owner.PostJsonAsync("/v1/tools", AgentTool("expert"))).ProblemAsync(
            HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Fact]
    public async Task A_name_is_used_once()
    {
        await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).JsonAsync(HttpStatusCode.Created);
        var again = await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).ProblemAsync(
            HttpStatusCode.Conflict, "name_taken");
        Assert.Equal("name", again.Param());
        (string, string) key = ("Idempotency-Key", "make-sub-once");
        var first = await (await Acme.SendAsync(HttpMethod.Post, "/v1/tools", Python("sub", "def sub(): return 1"), key)).JsonAsync(
            HttpStatusCode.Created);
        var second = await (await Acme.SendAsync(HttpMethod.Post, "/v1/tools", Python("sub", "def sub(): return 1"), key)).JsonAsync(
            HttpStatusCode.Created);
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }

    [Fact]
    public async Task Another_tenant_sees_and_changes_nothing()
    {
        var made = await (await Acme.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).JsonAsync(HttpStatusCode.Created);
        var other = shared.NewTenant().Owner;
        foreach (var tool in new[] { Text(made, "id"), "add" })
        {
            await (await other.FetchAsync($"/v1/tools/{tool}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
            await (await other.SendAsync(HttpMethod.Put, $"/v1/tools/{tool}", Python("add", "def add(): return 2"), Any)).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
            await (await other.SendAsync(HttpMethod.Delete, $"/v1/tools/{tool}", null, Any)).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
            await (await other.PostJsonAsync($"/v1/tools/{tool}/call", new { arguments = new { } })).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
        }
        Assert.DoesNotContain("add", await NamesAsync("/v1/tools", other));
        await (await other.PostJsonAsync("/v1/tools", Python("add", "def add(): return 1"))).JsonAsync(HttpStatusCode.Created);
    }

    public static TheoryData<string, string, int, string, string> Broken => new()
    {
        { "no kind", """{"name":"a","parameters":{"type":"object"}}""", 400, "invalid_json", "kind" },
        { "an unknown kind", """{"name":"a","parameters":{"type":"object"},"kind":"shell"}""", 400, "invalid_json", "kind" },
        { "a built-in one", """{"name":"a","parameters":{"type":"object"},"kind":"builtin"}""", 422, "invalid", "kind" },
        { "a name with a space", Tool("a b", """{"type":"object"}"""), 422, "invalid", "name" },
        { "a name that climbs", Tool("../a", """{"type":"object"}"""), 422, "invalid", "name" },
        { "a name that reads as an id", Tool("tol_01ARZ3NDEKTSV4RRFFQ69G5FAV", """{"type":"object"}"""), 422, "invalid", "name" },
        { "a long name", Tool(new string('a', 65), """{"type":"object"}"""), 422, "invalid", "name" },
        { "no schema", Tool("a", "null"), 422, "invalid", "parameters" },
        { "a schema that is a list", Tool("a", "[]"), 422, "invalid", "parameters" },
        { "a schema of text", Tool("a", """{"type":"string"}"""), 422, "invalid", "parameters/type" },
        { "a schema without a type", Tool("a", "{}"), 422, "invalid", "parameters/type" },
        { "a schema of an unknown type", Tool("a", """{"type":"object","properties":{"x":{"type":"str"}}}"""), 422, "invalid", "parameters/properties/x/type" },
        { "a large schema", Tool("a", $$"""{"type":"object","title":"{{new string('x', 70_000)}}"}"""), 422, "invalid", "parameters" },
        { "no time", Tool("a", """{"type":"object"}""", ",\"timeout_seconds\":0"), 422, "invalid", "timeout_seconds" },
        { "an unknown effect", Tool("a", """{"type":"object"}""", ",\"effect\":\"maybe\""), 400, "invalid_json", "effect" },
        { "an agent in a python tool", Tool("a", """{"type":"object"}""", ",\"agent\":\"x\""), 422, "invalid", "agent" },
        { "no program", """{"name":"a","parameters":{"type":"object"},"kind":"python"}""", 422, "invalid", "python" },
        { "no code", Program("""{"code":"","function":"f"}"""), 422, "invalid", "python.code" },
        { "no function", Program("""{"code":"x = 1","function":""}"""), 422, "invalid", "python.function" },
        { "a function that is a call", Program("""{"code":"x = 1","function":"f()"}"""), 422, "invalid", "python.function" },
        { "a function that is not there", Program("""{"code":"def look_up(): pass","function":"lookup"}"""), 422, "invalid", "python.function" },
        { "a method that is not there", Program("""{"code":"class C:\n  x = 1","function":"C.f"}"""), 422, "invalid", "python.function" },
        { "a class that is not there", Program("""{"code":"x = 1","function":"C.f"}"""), 422, "invalid", "python.function" },
        { "code that does not parse", Program("""{"code":"def f(:\n  pass","function":"f"}"""), 422, "invalid", "python.code" },
        { "code that nests too deep", Program($$"""{"code":"x = {{new string('(', 5_000)}}","function":"f"}"""), 422, "invalid", "python.code" },
        { "a secret in lower case", Program("""{"code":"def f(): pass","function":"f","secrets":["key"]}"""), 422, "invalid", "python.secrets[0]" },
        { "a requirement with an option", Program("""{"code":"def f(): pass","function":"f","requirements":["--index-url=x"]}"""), 422, "invalid", "python.requirements[0]" },
        { "null secrets", Program("""{"code":"def f(): pass","function":"f","secrets":null}"""), 422, "invalid", "python.secrets" },
        { "an unknown member inside", Program("""{"code":"def f(): pass","function":"f","net":true}"""), 400, "invalid_json", "python.net" },
        { "no agent", """{"name":"a","parameters":{"type":"object"},"kind":"agent"}""", 422, "invalid", "agent" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_tool_is_refused_and_nothing_is_stored(string what, string body, int status, string code, string param)
    {
        var before = await NamesAsync("/v1/tools");
        var problem = await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/tools", body)).ProblemAsync((HttpStatusCode)status, code);
        Assert.True((problem.Param() ?? "") == param, $"{what}: param {problem.Param()}, {problem.Detail()}");
        Assert.Equal(before, await NamesAsync("/v1/tools"));
    }

    [Theory]
    [InlineData("def f(a: int = 1) -> int:\n    return a\n", "f")]
    [InlineData("async def f(): pass", "f")]
    [InlineData("class C:\n    @staticmethod\n    def f(x): return x\n", "C.f")]
    [InlineData("try:\n    import fast as impl\nexcept ImportError:\n    def impl(): pass\nf = impl", "f")]
    [InlineData("if True:\n    def f(): pass\n", "f")]
    [InlineData("def größe(): pass", "größe")]
    public async Task Whatever_binds_the_name_when_the_module_is_read_is_a_function(string code, string function) =>
        await (await Acme.PostJsonAsync("/v1/tools", Python("tool", code, function))).JsonAsync(HttpStatusCode.Created);

    [Fact]
    public async Task A_fault_in_the_code_is_told_with_its_line_and_a_near_name()
    {
        var syntax = await (await Acme.PostJsonAsync("/v1/tools", Python("t", "import os\n\ndef f(:\n    pass\n", "f")))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Contains("line 3", syntax.Detail(), StringComparison.Ordinal);
        var name = await (await Acme.PostJsonAsync("/v1/tools", Python("t", "def look_up(): pass", "lookup")))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Contains("Did you mean 'look_up'?", name.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_of_a_megabyte_is_taken_and_a_longer_one_is_not()
    {
        var (begin, most) = ("def f(): return 1\n", 1 << 20);
        await (await Acme.PostJsonAsync("/v1/tools", Python("f", begin + "#" + new string('\n', most - begin.Length - 1), "f"))).JsonAsync(
            HttpStatusCode.Created);
        var problem = await (await Acme.PostJsonAsync("/v1/tools", Python("g", begin + "#" + new string('x', most), "f")))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("python.code", problem.Param());
        Assert.True(problem.GetRawText().Length < 2_000);
    }

    private static string Tool(string name, string parameters, string more = "") =>
        $$"""{"name":"{{name}}","parameters":{{parameters}},"kind":"python","python":{"code":"def f(): pass","function":"f"}{{more}}}""";

    private static string Program(string python) => $$"""{"name":"a","parameters":{"type":"object"},"kind":"python","python":{{python}}}""";

    private static object Python(string name, string code, string? function = null) =>
        new
        {
            name,
            description =
            "Tries something.",
            kind = "python",
            parameters = new { type = "object" },
            python = new { code, function = function ?? name }
        };

    private static object AgentTool(string agent) => new
    {
        name = "ask_" + agent,
        kind = "agent",
        agent,
        parameters = new { type = "object", properties = new { question = new { type = "string" } } },
    };

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<List<string>> NamesAsync(string path, HttpClient? client = null) =>
        [.. (await (await (client ?? Acme).FetchAsync(path)).JsonAsync()).GetProperty(
            "data").EnumerateArray().Select(t => Text(t, "name")!)];
}
