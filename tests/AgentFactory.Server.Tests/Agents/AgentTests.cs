using System.Net;
using System.Text.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Agents;

public sealed class AgentTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static readonly (string, string) Any = ("If-Match", "*");

    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    [Fact]
    public async Task A_new_agent_is_published_and_found_by_name_and_by_id()
    {
        var response = await Acme.PostJsonAsync("/v1/agents", Definition("support", "Be kind."));
        var made = await response.JsonAsync(HttpStatusCode.Created);
        var id = made.GetProperty("id").GetString()!;
        Assert.StartsWith("agt_", id);
        Assert.Equal($"/v1/agents/{id}", response.Headers.Location!.ToString());
        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal((1, 1, 1), (Int(made, "published_version"), Int(made, "latest_version"), Int(made, "revision")));
        Assert.Equal("Be kind.", made.GetProperty("definition").GetProperty("instructions").GetString());
        foreach (var path in new[] { $"/v1/agents/{id}", "/v1/agents/support" })
        {
            var read = await Acme.FetchAsync(path);
            Assert.Equal("\"1\"", read.Headers.ETag!.Tag);
            Assert.Equal(made.GetRawText(), (await read.JsonAsync()).GetRawText());
        }
        var listed = (await (await Acme.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data");
        Assert.Equal((id, "demo/offline", 1), (
            listed[0].GetProperty("id").GetString(), listed[0].GetProperty("model").GetString(), Int(listed[0], "published_version")));
    }

    [Fact]
    public async Task A_list_gives_every_agent_once_the_newest_first()
    {
        for (var i = 0; i < 7; i++) await (
            await Acme.PostJsonAsync("/v1/agents", Definition($"agent-{i}"))).JsonAsync(HttpStatusCode.Created);
        var (names, cursor) = (new List<string>(), "");
        do
        {
            var page = await (await Acme.FetchAsync($"/v1/agents?limit=3{cursor}")).JsonAsync();
            names.AddRange(page.GetProperty("data").EnumerateArray().Select(a => a.GetProperty("name").GetString()!));
            cursor = page.GetProperty("next").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(7, names.Count);
        Assert.Equal(names.Order().Reverse(), names);
        await (await Acme.FetchAsync("/v1/agents?limit=0")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await (await Acme.FetchAsync("/v1/agents?cursor=abc")).ProblemAsync(HttpStatusCode.BadRequest, "invalid_cursor");
    }

    [Fact]
    public async Task Versions_are_kept_published_and_rolled_back_through_history()
    {
        await (await Acme.PostJsonAsync("/v1/agents", Definition("support", "One."))).JsonAsync(HttpStatusCode.Created);
        var nothing = await (await RollBackAsync("support")).ProblemAsync(HttpStatusCode.Conflict, "conflict");
        Assert.Contains("version 1", nothing.Detail(), StringComparison.Ordinal);

        var second = await Acme.SendAsync(
            HttpMethod.Post, "/v1/agents/support/versions", Definition("support", "Two."), ("If-Match", "\"1\""));
        Assert.Equal("\"2\"", second.Headers.ETag!.Tag);
        Assert.EndsWith("/versions/2", second.Headers.Location!.ToString());
        Assert.False((await second.JsonAsync(HttpStatusCode.Created)).GetProperty("published").GetBoolean());
        Assert.Equal(("One.", 1, 2), await ShownAsync("support"));

        await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents/support/publish", new { version = 2 }, ("If-Match", "\"2\""))).JsonAsync();
        Assert.Equal(("Two.", 2, 2), await ShownAsync("support"));
        await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents/support/versions?publish=true", Definition("support", "Three."), Any))
            .JsonAsync(HttpStatusCode.Created);
        Assert.Equal(("Three.", 3, 3), await ShownAsync("support"));

        await (await RollBackAsync("support")).JsonAsync();
        Assert.Equal(("Two.", 2, 3), await ShownAsync("support"));
        await (await RollBackAsync("support")).JsonAsync();
        Assert.Equal(("One.", 1, 3), await ShownAsync("support"));
        await (await RollBackAsync("support")).ProblemAsync(HttpStatusCode.Conflict, "conflict");

        await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents/support/publish", new { version = 3 }, Any)).JsonAsync();
        await (await RollBackAsync("support")).JsonAsync();
        Assert.Equal(("One.", 1, 3), await ShownAsync("support"));
        var unknown = await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents/support/publish", new { version = 4 }, Any))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("version", unknown.Param());

        var versions = (
            await (await Acme.FetchAsync("/v1/agents/support/versions")).JsonAsync()).GetProperty("data").EnumerateArray().ToList();
        Assert.Equal([3, 2, 1], versions.Select(v => Int(v, "number")));
        Assert.Equal([false, false, true], versions.Select(v => v.GetProperty("published").GetBoolean()));
        var one = await (await Acme.FetchAsync("/v1/agents/support/versions/2")).JsonAsync();
        Assert.Equal("Two.", one.GetProperty("definition").GetProperty("instructions").GetString());
        await (await Acme.FetchAsync("/v1/agents/support/versions/9")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_change_needs_the_revision_that_was_read()
    {
        await (await Acme.PostJsonAsync("/v1/agents", Definition("support"))).JsonAsync(HttpStatusCode.Created);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Post, "/v1/agents/support/versions", Definition("support")),
            (HttpMethod.Post, "/v1/agents/support/publish", new { version = 1 }),
            (HttpMethod.Post, "/v1/agents/support/rollback", new { }), (HttpMethod.Delete, "/v1/agents/support", null),
        })
        {
            await (await Acme.SendAsync(method, path, body)).ProblemAsync((HttpStatusCode)428, "precondition_required");
            await (await Acme.SendAsync(method, path, body, ("If-Match", "\"7\""))).ProblemAsync(
                HttpStatusCode.PreconditionFailed, "precondition_failed");
        }
        Assert.Equal(1, Int(await (await Acme.FetchAsync("/v1/agents/support")).JsonAsync(), "latest_version"));
    }

    [Fact]
    public async Task Of_many_changes_at_once_one_wins()
    {
        await (await Acme.PostJsonAsync("/v1/agents", Definition("support"))).JsonAsync(HttpStatusCode.Created);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            Acme.SendAsync(HttpMethod.Post, "/v1/agents/support/versions", Definition("support", $"{i}"), ("If-Match", "\"1\""))));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(11, answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.Equal(2, Int(await (await Acme.FetchAsync("/v1/agents/support")).JsonAsync(), "latest_version"));
    }

    [Fact]
    public async Task A_deleted_agent_is_gone_and_its_name_is_free()
    {
        var first = await (await Acme.PostJsonAsync("/v1/agents", Definition("support"))).JsonAsync(HttpStatusCode.Created);
        await (await Acme.PostJsonAsync("/v1/agents", Definition("support"))).ProblemAsync(HttpStatusCode.Conflict, "name_taken");
        Assert.Equal(HttpStatusCode.NoContent, (await Acme.SendAsync(HttpMethod.Delete, "/v1/agents/support", null, Any)).StatusCode);
        foreach (
            var path in new[] { "/v1/agents/support", $"/v1/agents/{first.GetProperty("id").GetString()}", "/v1/agents/support/versions" })
            await (await Acme.FetchAsync(path)).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(0, (await (await Acme.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").GetArrayLength());
        var second = await (await Acme.PostJsonAsync("/v1/agents", Definition("support", "Anew."))).JsonAsync(HttpStatusCode.Created);
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
        Assert.Equal(1, Int(second, "latest_version"));
    }

    [Fact]
    public async Task Another_tenant_sees_and_changes_nothing()
    {
        var made = await (await Acme.PostJsonAsync("/v1/agents", Definition("support"))).JsonAsync(HttpStatusCode.Created);
        var (id, other) = (made.GetProperty("id").GetString(), shared.NewTenant().Owner);
        foreach (var agent in new[] { id, "support" })
        {
            foreach (var path in new[] { "", "/versions", "/versions/1" })
                await (await other.FetchAsync($"/v1/agents/{agent}{path}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
            await (await other.SendAsync(HttpMethod.Post, $"/v1/agents/{agent}/versions", Definition("support"), Any)).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
            await (await other.SendAsync(HttpMethod.Post, $"/v1/agents/{agent}/publish", new { version = 1 }, Any)).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
            await (await other.SendAsync(HttpMethod.Delete, $"/v1/agents/{agent}", null, Any)).ProblemAsync(
                HttpStatusCode.NotFound, "not_found");
        }
        var referring = await (
            await other.PostJsonAsync("/v1/agents", new { name = "a", model = "demo/offline", handoffs = new[] { "support" } }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("handoffs[0]", referring.Param());
        Assert.Equal(0, (await (await other.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").GetArrayLength());
        await (await other.PostJsonAsync("/v1/agents", Definition("support"))).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_repeated_creation_makes_one_agent()
    {
        (string, string) key = ("Idempotency-Key", "make-support-once");
        var first = await (
            await Acme.SendAsync(HttpMethod.Post, "/v1/agents", Definition("support"), key)).JsonAsync(HttpStatusCode.Created);
        var again = await (
            await Acme.SendAsync(HttpMethod.Post, "/v1/agents", Definition("support"), key)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(first.GetRawText(), again.GetRawText());
        await (await Acme.SendAsync(HttpMethod.Post, "/v1/agents", Definition("support", "Other."), key))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        Assert.Equal(1, (await (await Acme.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Every_fault_of_a_definition_is_told_at_once()
    {
        var problem = await (await Acme.PostJsonAsync("/v1/agents", new
        {
            name = "My Agent",
            model = "gpt-4.1",
            tools = new[] { "nope" },
            handoffs = new[] { "nobody" },
            output_schema = new { type = "objekt" },
            limits = new { max_turns = 0 },
        })).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("name", problem.Param());
        var faults = problem.GetProperty(
            "errors").EnumerateArray().ToDictionary(e => e.GetProperty("param").GetString()!, e => e.GetProperty("message").GetString()!);
        Assert.Equal(["name", "model", "tools[0]", "handoffs[0]", "output_schema/type", "limits.max_turns"], faults.Keys);
        Assert.Contains("my-agent", faults["name"], StringComparison.Ordinal);
        Assert.Contains("openai/gpt-4.1", faults["model"], StringComparison.Ordinal);
        Assert.Equal(0, (await (await Acme.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    public static TheoryData<string, string, string, int, string, string> Broken => new()
    {
        { "an empty body", "application/json", "", 400, "invalid_json", "" },
        { "a null", "application/json", "null", 400, "invalid_json", "" },
        { "half a document", "application/json", """{"name":"a",""", 400, "invalid_json", "" },
        { "no model", "application/json", """{"name":"a"}""", 400, "invalid_json", "model" },
        { "an unknown member", "application/json", """{"name":"a","model":"a/b","instruction":"x"}""", 400, "invalid_json", "instruction" },
        { "an unknown member inside", "application/json", """{"name":"a","model":"a/b","settings":{"temprature":1}}""", 400, "invalid_json", "settings.temprature" },
        { "a name twice", "application/json", """{"name":"a","name":"b","model":"a/b"}""", 400, "invalid_json", "name" },
        { "a number for a name", "application/json", """{"name":1,"model":"a/b"}""", 400, "invalid_json", "name" },
        { "a NUL in a name", "application/json", """{"name":"a\u0000b","model":"a/b"}""", 400, "invalid_json", "" },
        { "a control character in a title", "application/json", """{"name":"a","model":"a/b","title":"a\u0007b"}""", 422, "invalid", "title" },
        { "a name that climbs", "application/json", """{"name":"../a","model":"a/b"}""", 422, "invalid", "name" },
        { "null tools", "application/json", """{"name":"a","model":"a/b","tools":null}""", 400, "invalid_json", "tools" },
        { "a schema that refers out", "application/json", """{"name":"a","model":"a/b","output_schema":{"$ref":"https://x/y"}}""", 422, "invalid", "output_schema/$ref" },
        { "half a surrogate pair", "application/json", """{"name":"a","model":"a/b","output_schema":{"title":"\ud800"}}""", 422, "invalid", "output_schema" },
        { "text", "text/plain", "name: a", 415, "unsupported_media_type", "Content-Type" },
        { "yaml with an alias", "application/yaml", "name: &a x\nmodel: *a", 400, "invalid_json", "" },
        { "yaml with a tag", "application/yaml", "name: !!str x", 400, "invalid_json", "" },
        { "yaml with an unknown member", "application/yaml", "name: a\nmodel: a/b\ninstruction: x", 400, "invalid_json", "instruction" },
        { "yaml that is a list", "application/yaml", "- a", 400, "invalid_json", "" },
        { "yaml with a NUL", "application/yaml", "name: \"a\\0\"\nmodel: a/b", 400, "invalid_json", "" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_definition_is_refused_and_nothing_is_stored(
        string what, string mediaType, string body, int status, string code, string param)
    {
        var problem = await (
            await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", body, mediaType)).ProblemAsync((HttpStatusCode)status, code);
        Assert.True((problem.Param() ?? "") == param, $"{what}: param {problem.Param()}, {problem.Detail()}");
        Assert.Equal(0, (await (await Acme.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_megabyte_of_a_name_is_refused_before_it_is_read_as_one()
    {
        var body = JsonSerializer.Serialize(new { name = new string('a', 1 << 20), model = "a/b" });
        // The answer comes before the body is read: a client that sends without waiting may see the connection closed first.
        await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", body, "application/json", ("Expect", "100-continue"))).ProblemAsync(
            HttpStatusCode.RequestEntityTooLarge, "too_large");
        var problem = await (
            await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", body.Remove(100, 1 << 19)))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.True(problem.GetRawText().Length < 2_000);
    }

    [Theory]
    [InlineData("..%2Fetc")]
    [InlineData("agt_00000000000000000000000000")]
    [InlineData("agt_x")]
    [InlineData("A")]
    public async Task An_id_that_cannot_be_one_is_not_found(string id) =>
        await (await Acme.FetchAsync($"/v1/agents/{id}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");

    private static object Definition(string name, string instructions = "") => new { name, instructions, model = "demo/offline" };

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private Task<HttpResponseMessage> RollBackAsync(string agent) =>
        Acme.SendAsync(HttpMethod.Post, $"/v1/agents/{agent}/rollback", new { }, Any);

    private async Task<(string?, int, int)> ShownAsync(string agent)
    {
        var shown = await (await Acme.FetchAsync($"/v1/agents/{agent}")).JsonAsync();
        return (shown.GetProperty(
            "definition").GetProperty("instructions").GetString(), Int(shown, "published_version"), Int(shown, "latest_version"));
    }
}
