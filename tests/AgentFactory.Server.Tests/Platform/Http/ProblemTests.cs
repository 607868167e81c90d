using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Http;

public sealed class ProblemTests(ProblemTests.Server server) : IClassFixture<ProblemTests.Server>
{
    private HttpClient Owner => server.App.Tenant("acme").Owner;

    [Theory]
    [InlineData("""{"name":"x","scopes":["*"],"colour":"red"}""", "colour", "It takes name, scopes, expires_at")]
    [InlineData("""{"Name":"x","scopes":["*"]}""", "Name", "It takes name, scopes, expires_at")]
    [InlineData("""{"scopes":["*"]}""", "name", "lacks name")]
    [InlineData("""{"name":3,"scopes":["*"]}""", "name", "name must be a string")]
    [InlineData("""{"name":"x","scopes":"*"}""", "scopes", "scopes must be a list")]
    [InlineData("""{"name":"x","scopes":["*",7]}""", "scopes[1]", "scopes[1] must be a string")]
    [InlineData("""{"name":"x","scopes":["*"],"expires_at":"soon"}""", "expires_at", "must be a time like")]
    [InlineData("""{"name":null,"scopes":["*"]}""", "name", "name must not be null")]
    [InlineData("""{"name":"x","name":"y","scopes":["*"]}""", "name", "name stands there twice")]
    [InlineData("""{"name":"\ud800","scopes":["*"]}""", "name", "name holds half a surrogate pair")]
    [InlineData("""{"\udc00":1}""", null, "The body holds half a surrogate pair")]
    [InlineData("""{"a'b\"c.[d]":1}""", "a'b\"c.[d]", "has no member a'b\"c.[d]. It takes name, scopes, expires_at")]
    public async Task Wrong_member_is_named_with_what_belongs_there(string body, string? param, string detail)
    {
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Equal(param, problem.Param());
        Assert.Contains(detail, problem.Detail());
        Assert.DoesNotContain("AgentFactory.", problem.Detail());
        Assert.DoesNotContain("System.", problem.Detail());
    }

    [Theory]
    [InlineData("", "The body is missing. Send a JSON object with name, scopes, expires_at.")]
    [InlineData(" ", "The body is missing")]
    [InlineData("null", "The body is missing")]
    [InlineData("{", "line 1")]
    [InlineData("""{"name":"x","name":"y","scopes":["*"]}""", "name")]
    [InlineData("[]", "The body must be an object")]
    public async Task Body_that_is_no_object_is_refused(string body, string detail)
    {
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Contains(detail, problem.Detail());
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        var deep = $$"""{"name":{{new string('[', 5000)}}{{new string(']', 5000)}},"scopes":["*"]}""";
        await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", deep)).ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Theory]
    [InlineData("{\"name\":\"a\\u0000b\",\"scopes\":[\"*\"]}")]
    [InlineData("{\"name\":\"a\\\\\\u0000b\",\"scopes\":[\"*\"]}")]
    [InlineData("{\"name\":\"a\0b\",\"scopes\":[\"*\"]}")]
    public async Task Nul_is_refused(string body)
    {
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Contains("NUL", problem.Detail());
    }

    [Fact]
    public async Task Escaped_backslash_before_u0000_is_no_nul()
    {
        var made = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", """{"name":"a\\u0000b","scopes":["*"]}"""))
            .JsonAsync(HttpStatusCode.Created);
        Assert.Equal(@"a\u0000b", made.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Invalid_utf8_is_refused()
    {
        using var content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\",\"scopes\":[\"*\"]}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var problem = await (await Owner.PostAsync("/v1/keys", content, TestContext.Current.CancellationToken))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Contains("UTF-8", problem.Detail());
    }

    [Fact]
    public async Task Name_as_long_as_the_body_is_not_said_back_whole()
    {
        var name = new string('n', 1_000_000);
        foreach (var (path, body) in new[]
        {
            ("/v1/keys", $$"""{"{{name}}":1}"""),
            ("/v1/agents", $$$"""{"name":"a","model":"demo/offline","metadata":{"{{{name}}}":1}}"""),
            ("/v1/agents", $$"""{"name":"a","model":"demo/offline","limits":{"{{name}}":1} }"""),
        })
        {
            var refused = await Owner.SendTextAsync(HttpMethod.Post, path, body);
            await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
            Assert.True(refused.Content.Headers.ContentLength < 2_000, $"{path} says {refused.Content.Headers.ContentLength} bytes");
        }
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", HttpStatusCode.Created)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.Created)]
    [InlineData("application/json; charset=us-ascii", HttpStatusCode.Created)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-7", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=none-of-them", HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_utf8_is_taken_whatever_it_is_called(string contentType, HttpStatusCode status)
    {
        using var content = new ByteArrayContent("""{"name":"x","scopes":["agents:read"]}"""u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        var response = await Owner.PostAsync("/v1/keys", content, TestContext.Current.CancellationToken);
        if (status == HttpStatusCode.Created) await response.JsonAsync(status);
        else Assert.Equal("Content-Type", (await response.ProblemAsync(status, "unsupported_media_type")).Param());
    }

    [Theory]
    [InlineData("/v1/keys")]
    [InlineData("/v1/agents")]
    [InlineData("/v1/notebooks")]
    public async Task Compressed_body_is_refused_on_every_route(string path)
    {
        using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        var response = await Owner.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.Equal("Content-Encoding", (await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")).Param());
    }

    [Fact]
    public async Task Body_over_the_limit_is_refused_whether_or_not_its_length_is_announced()
    {
        var body = $$"""{"name":"{{new string('x', 1 << 20)}}","scopes":["*"]}""";
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body))
            .ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        Assert.Contains("1,048,576", problem.Detail());

        using var chunked = new HttpRequestMessage(
            HttpMethod.Post, "/v1/keys")
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        chunked.Headers.TransferEncodingChunked = true;
        await (await Owner.SendAsync(chunked, TestContext.Current.CancellationToken))
            .ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Sender_of_a_body_that_is_refused_hears_why_every_time()
    {
        var body = $$"""{"name":"{{new string('x', 4 << 20)}}","scopes":["*"]}""";
        for (var i = 0; i < 20; i++)
            await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body)).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
    }

    [Fact]
    public async Task Megabyte_of_name_within_the_limit_is_refused_by_the_rule_of_the_field()
    {
        var body = $$"""{"name":"{{new string('x', 1_000_000)}}","scopes":["*"]}""";
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", body))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("name", problem.Param());
        Assert.True(problem.Detail().Length < 200);
    }

    [Fact]
    public async Task Other_content_type_is_refused()
    {
        var problem = await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", "name=x", "text/plain"))
            .ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        Assert.Contains("application/json", problem.Detail());
    }

    [Fact]
    public async Task Route_that_is_not_there_and_method_that_is_not_taken_are_problems()
    {
        await (await Owner.FetchAsync("/v1/nothing")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await server.App.Anonymous.FetchAsync("/")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        var refused = await Owner.SendAsync(HttpMethod.Patch, "/v1/keys");
        var problem = await refused.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Contains("GET", problem.Detail());
        Assert.Contains("POST", refused.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("text/html", false)]
    [InlineData("application/json;q=0", false)]
    [InlineData("application/*", true)]
    [InlineData("text/html, */*;q=0.1", true)]
    [InlineData("application/json; charset=utf-8", true)]
    public async Task Answer_is_given_only_in_a_form_that_is_accepted(string accept, bool isServed)
    {
        var response = await Owner.SendAsync(HttpMethod.Get, "/v1/keys", null, ("Accept", accept));
        if (isServed) await response.JsonAsync();
        else await response.ProblemAsync(HttpStatusCode.NotAcceptable, "not_acceptable");
    }

    [Theory]
    [InlineData("?limit=0", "invalid_request")]
    [InlineData("?limit=101", "invalid_request")]
    [InlineData("?limit=many", "invalid_request")]
    [InlineData("?cursor=abc", "invalid_cursor")]
    [InlineData("?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "invalid_cursor")]
    [InlineData("?cursor=%FF%00", "invalid_cursor")]
    public async Task Wrong_page_is_refused(string query, string code) =>
        await (await Owner.FetchAsync("/v1/keys" + query)).ProblemAsync(HttpStatusCode.BadRequest, code);

    [Theory]
    [InlineData("GET", "/v1/keys?limit=many", "limit")]
    [InlineData("POST", "/v1/notebooks?install=maybe", "install")]
    public async Task Wrong_parameter_is_named_as_callers_know_it(string method, string path, string param)
    {
        var problem = await (await Owner.SendAsync(new HttpMethod(method), path, method == "POST" ? new { } : null))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(param, problem.Param());
        Assert.StartsWith(param + " ", problem.Detail());
    }

    [Theory]
    [InlineData("key_")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("run_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("key_01ARZ3NDEKTSV4RRFFQ69G5FAV")]
    public async Task Id_that_is_none_is_not_found(string id) =>
        await (await Owner.FetchAsync("/v1/keys/" + id)).ProblemAsync(HttpStatusCode.NotFound, "not_found");

    /// <summary>One server for all of them: none changes what another sees.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await TestApp.StartAsync();

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
