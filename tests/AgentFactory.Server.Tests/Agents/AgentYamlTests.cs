using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Server.Agents;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Agents;

public sealed class AgentYamlTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Yaml =
        """
        # The first agent of the shop.
        name: support
        title: "Support: first line"
        model: demo/offline
        instructions: |2
            Indented first line.

          Be brief. Say "yes" or 'no'.
        settings: {temperature: 0.5, max_output_tokens: 1000}
        output_schema:
          type: object
          properties:
            answer: {type: string}
        limits:
          max_cost: "0.05"
        metadata:
          version: "1.0"
          active: "yes"
          größe: 🦊

        """;

    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_definition_goes_in_as_yaml_and_comes_out_as_json()
    {
        var made = await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", Yaml, "application/yaml")).JsonAsync(HttpStatusCode.Created);
        var definition = made.GetProperty("definition");
        Assert.Equal("  Indented first line.\n\nBe brief. Say \"yes\" or 'no'.\n", definition.GetProperty("instructions").GetString());
        Assert.Equal("Support: first line", definition.GetProperty("title").GetString());
        Assert.Equal(0.5, definition.GetProperty("settings").GetProperty("temperature").GetDouble());
        Assert.Equal("0.05", definition.GetProperty("limits").GetProperty("max_cost").GetString());
        Assert.Equal("""{"type":"object","properties":{"answer":{"type":"string"}}}""", definition.GetProperty("output_schema").GetRawText());
        Assert.Equal(("1.0", "yes", "🦊"), (Metadata("version"), Metadata("active"), Metadata("größe")));

        string? Metadata(string key) => definition.GetProperty("metadata").GetProperty(key).GetString();
    }

    [Fact]
    public async Task What_is_read_as_yaml_is_the_same_document_and_goes_in_again()
    {
        await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", Yaml, "application/yaml")).JsonAsync(HttpStatusCode.Created);
        var json = (await (await Acme.FetchAsync("/v1/agents/support")).JsonAsync()).GetRawText();
        var answer = await AcceptAsync("/v1/agents/support", "application/yaml");
        Assert.Equal("application/yaml", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        var yaml = await answer.Content.ReadAsByteArrayAsync(Cancelled);
        Assert.Equal(json, Encoding.UTF8.GetString(YamlReader.ToJson(yaml)));

        var definition = JsonSerializer.Deserialize<JsonElement>(json).GetProperty("definition");
        var written = YamlWriter.Write(definition);
        var version = await (await Acme.SendTextAsync(
            HttpMethod.Post, "/v1/agents/support/versions", written, "text/yaml", ("If-Match", "*"))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(definition.GetRawText(), version.GetProperty("definition").GetRawText());
    }

    [Theory]
    [InlineData("application/json, application/yaml;q=0.5", "application/json")]
    [InlineData("application/json;q=0.5, application/yaml", "application/yaml")]
    [InlineData("application/yaml, */*", "application/yaml")]
    [InlineData("text/x-yaml", "application/yaml")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/yaml;q=0, application/json", "application/json")]
    public async Task The_client_s_preference_decides_on_the_form(string accept, string mediaType)
    {
        await (await Acme.PostJsonAsync("/v1/agents", new { name = "a", model = "demo/offline" })).JsonAsync(HttpStatusCode.Created);
        var answer = await AcceptAsync("/v1/agents/a", accept);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task A_problem_is_json_for_those_who_accept_yaml_too() =>
        await (await AcceptAsync("/v1/agents/none", "application/yaml")).ProblemAsync(HttpStatusCode.NotFound, "not_found");

    [Fact]
    public async Task A_fault_in_yaml_is_told_with_its_line()
    {
        var problem = await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", "name: a\nmodel: a/b\nname: c", "application/yaml"))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Contains("line 3", problem.Detail(), StringComparison.Ordinal);
        var bomb = "a: &a [x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]";
        Assert.Contains(
            "Anchors", (await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/agents", bomb, "application/yaml"))
                .ProblemAsync(HttpStatusCode.BadRequest, ErrorCodes.InvalidJson.Code)).Detail(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> AcceptAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var type in accept.Split(',')) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(type.Trim()));
        return await Acme.SendAsync(request, Cancelled);
    }
}
