using System.Net;
using System.Text.Json;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Tools;

/// <summary>A person tries a tool, without an agent.</summary>
public sealed class ToolCallTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    [Fact]
    public async Task A_built_in_tool_answers_and_says_how_long_it_took()
    {
        var result = await CallAsync("calculator", new { expression = "6*7" });
        Assert.Equal("42", result.GetProperty("content").GetString());
        Assert.False(result.GetProperty("is_error").GetBoolean());
        Assert.True(result.GetProperty("duration_ms").GetInt64() >= 0);
    }

    [Fact]
    public async Task Arguments_that_break_the_schema_are_told_as_a_model_would_read_it()
    {
        var result = await CallAsync("calculator", new { formula = "6*7" });
        Assert.True(result.GetProperty("is_error").GetBoolean());
        Assert.Contains("expression", result.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.True((await CallAsync("calculator", null)).GetProperty("is_error").GetBoolean());
        await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/tools/calculator/call", """{"args":{}}""")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task What_is_not_on_the_public_internet_is_not_reached()
    {
        foreach (var url in new[] { shared.App.Address.ToString(), "http://localhost/", "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd" })
            Assert.True((await CallAsync("http_request", new { url })).GetProperty("is_error").GetBoolean(), url);
    }

    [Fact]
    public async Task A_python_tool_runs_in_its_sandbox()
    {
        await RequireSandboxAsync();
        await CreateAsync("add", "def add(a: int, b: int):\n    return {'sum': a + b}\n");
        Assert.Equal("""{"sum":5}""", Compact(await CallAsync("add", new { a = 2, b = 3 })));
        await CreateAsync("fail", "def fail():\n    raise ValueError('no such order')\n");
        var failed = await CallAsync("fail", new { });
        Assert.True(failed.GetProperty("is_error").GetBoolean());
        Assert.Contains("no such order", failed.GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_python_tool_that_needs_a_secret_says_which()
    {
        await RequireSandboxAsync();
        await CreateAsync("shop", "import os\n\ndef shop():\n    return os.environ['SHOP_KEY'][:2]\n", "SHOP_KEY");
        Assert.Contains("SHOP_KEY", (await CallAsync("shop", new { })).GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.True((await Acme.PutJsonAsync("/v1/secrets/SHOP_KEY", new { value = "sk-123456" })).IsSuccessStatusCode);
        Assert.Equal("sk", (await CallAsync("shop", new { })).GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_tool_of_effect_once_is_called_since_a_person_asks()
    {
        await RequireSandboxAsync();
        await (await Acme.PostJsonAsync("/v1/tools", new
        {
            name = "send",
            kind = "python",
            effect = "once",
            parameters = new { type = "object" },
            python = new { code = "def send():\n    return 'sent'\n", function = "send" },
        })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("sent", (await CallAsync("send", new { })).GetProperty("content").GetString());
    }

    [Fact]
    public async Task An_agent_that_is_a_tool_answers_with_a_run_of_its_own()
    {
        await (await Acme.PostJsonAsync("/v1/agents", new { name = "expert", model = "demo/offline", instructions = "You know things." }))
            .JsonAsync(HttpStatusCode.Created);
        await (await Acme.PostJsonAsync("/v1/tools", new
        {
            name = "ask",
            kind = "agent",
            agent = "expert",
            parameters = new { type = "object", properties = new { question = new { type = "string" } }, required = new[] { "question" } },
        })).JsonAsync(HttpStatusCode.Created);
        var result = await CallAsync("ask", new { question = "What is new?" });
        Assert.False(result.GetProperty("is_error").GetBoolean(), result.GetRawText());
        var run = (await (await Acme.FetchAsync("/v1/runs")).JsonAsync()).GetProperty("data")[0];
        Assert.Equal(("expert", "completed"), (run.GetProperty("agent").GetString(), run.GetProperty("outcome").GetString()));
        Assert.False(
            run.TryGetProperty("parent_run", out var parent) && parent.ValueKind == JsonValueKind.String, "nobody's run called it");
    }

    [Fact]
    public async Task The_list_has_the_built_in_tools_and_nobody_changes_them()
    {
        var tools = (await (await Acme.FetchAsync("/v1/tools")).JsonAsync()).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(
            ["calculator", "current_time", "http_request", "json_extract"], tools.Select(t => t.GetProperty("name").GetString()!).Order());
        Assert.All(tools, tool => Assert.Equal("builtin", tool.GetProperty("kind").GetString()));
        Assert.All(tools, tool => Assert.False(tool.TryGetProperty("revision", out _)));
        var id = tools[0].GetProperty("id").GetString();
        Assert.Equal(tools[0].GetRawText(), (await (await Acme.FetchAsync($"/v1/tools/{id}")).JsonAsync()).GetRawText());
        Assert.Equal(id, (await (await shared.NewTenant().Owner.FetchAsync("/v1/tools")).JsonAsync()).GetProperty(
            "data")[0].GetProperty("id").GetString());
        await (await Acme.SendAsync(HttpMethod.Delete, $"/v1/tools/{id}", null, ("If-Match", "*"))).ProblemAsync(
            HttpStatusCode.Conflict, "conflict");
        var taken = await (await Acme.PostJsonAsync("/v1/tools", new
        {
            name = "calculator",
            kind = "python",
            parameters = new { type = "object" },
            python = new { code = "def f(): pass", function = "f" },
        })).ProblemAsync(HttpStatusCode.Conflict, "name_taken");
        Assert.Contains("built-in", taken.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_from_the_tenant_s_tools_to_the_built_in_ones()
    {
        for (var i = 0; i < 3; i++) await CreateAsync($"t{i}", $"def t{i}(): return 1");
        var (names, cursor) = (new List<string>(), "");
        do
        {
            var page = await (await Acme.FetchAsync($"/v1/tools?limit=2{cursor}")).JsonAsync();
            Assert.InRange(page.GetProperty("data").GetArrayLength(), 1, 2);
            names.AddRange(page.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("name").GetString()!));
            cursor = page.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(["t2", "t1", "t0"], names.Take(3));
        Assert.Equal(["calculator", "current_time", "http_request", "json_extract"], names.Skip(3).Order());
    }

    private static string Compact(JsonElement result) =>
        JsonSerializer.Serialize(JsonElement.Parse(result.GetProperty("content").GetString()!));

    private async Task<JsonElement> CallAsync(string tool, object? arguments) =>
        await (await Acme.PostJsonAsync($"/v1/tools/{tool}/call", new { arguments })).JsonAsync();

    private async Task CreateAsync(string name, string code, params string[] secrets) => await (await Acme.PostJsonAsync("/v1/tools", new
    {
        name,
        kind = "python",
        parameters = new { type = "object" },
        python = new { code, function = name, secrets },
    })).JsonAsync(HttpStatusCode.Created);

    private async Task RequireSandboxAsync()
    {
        var reason = await shared.App.Services.GetRequiredService<ISandbox>().SelfTestAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(reason is not null, reason ?? "");
    }
}
