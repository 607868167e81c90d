using System.Net;
using AgentFactory.Core.Models;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Secrets;

public sealed class SecretTests : IAsyncLifetime
{
    private const string Value = "sk-very-secret-indeed";
    private TestApp _app = null!;

    private HttpClient Owner => _app.Tenant("acme").Owner;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions
    {
        Environment = new Dictionary<string, string> { ["OPENAI_API_KEY"] = "the operator's" },
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Secret_goes_in_and_no_answer_holds_it()
    {
        var made = await Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = Value });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.DoesNotContain(Value, await TextAsync(made));
        var replaced = await Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = Value + "2" });
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        var listed = await Owner.FetchAsync("/v1/secrets");
        Assert.DoesNotContain(Value, await TextAsync(listed));
        Assert.Equal("API_KEY", (await listed.JsonAsync()).GetProperty("data")[0].GetProperty("name").GetString());
        Assert.Equal(Value + "2", await FindAsync("API_KEY"));
    }

    [Fact]
    public async Task Longest_secret_is_taken_however_it_is_escaped()
    {
        var body = $$"""{"value":"{{string.Concat(Enumerable.Repeat("\\u00e4", 65_536))}}"}""";
        await (await Owner.SendTextAsync(HttpMethod.Put, "/v1/secrets/LONG", body)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(new string('ä', 65_536), await FindAsync("LONG"));
        var longer = new { value = new string('x', 65_537) };
        await (await Owner.PutJsonAsync("/v1/secrets/LONG", longer)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
    }

    [Fact]
    public async Task Secret_stands_nowhere_in_the_data_folder_in_clear()
    {
        await Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = Value });
        foreach (var file in Directory.EnumerateFiles(_app.DataPath, "agent-factory.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Value)));
        }
    }

    [Fact]
    public async Task Provider_key_is_the_tenants_own_before_the_operators()
    {
        Assert.Equal("the operator's", await FindAsync("OPENAI_API_KEY"));
        await Owner.PutJsonAsync("/v1/secrets/OPENAI_API_KEY", new { value = Value });
        Assert.Equal(Value, await FindAsync("OPENAI_API_KEY"));
        await Owner.RemoveAsync("/v1/secrets/OPENAI_API_KEY");
        Assert.Equal("the operator's", await FindAsync("OPENAI_API_KEY"));
    }

    [Fact]
    public async Task Tool_gets_the_tenants_own_secrets_and_nothing_of_the_operators()
    {
        var credentials = _app.Services.GetRequiredService<ICredentialSource>();
        Assert.Null(await credentials.FindOwnAsync(await TenantAsync("acme"), "OPENAI_API_KEY", TestContext.Current.CancellationToken));
        await Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = Value });
        Assert.Equal(Value, await credentials.FindOwnAsync(await TenantAsync("acme"), "API_KEY", TestContext.Current.CancellationToken));
        Assert.Null(await credentials.FindOwnAsync(await TenantAsync("other"), "API_KEY", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("lower", """{"value":"x"}""", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("1ST", """{"value":"x"}""", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("..%2FUP", """{"value":"x"}""", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("EMPTY", """{"value":""}""", HttpStatusCode.UnprocessableEntity, "invalid")]
    [InlineData("NONE", """{}""", HttpStatusCode.BadRequest, "invalid_json")]
    public async Task Name_and_value_have_rules(string name, string body, HttpStatusCode status, string code) =>
        await (await Owner.SendTextAsync(HttpMethod.Put, "/v1/secrets/" + name, body)).ProblemAsync(status, code);

    [Fact]
    public async Task Deleted_secret_is_gone_and_another_tenants_is_not_found()
    {
        await Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = Value });
        await (await _app.Tenant("other").Owner.RemoveAsync("/v1/secrets/API_KEY")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.NoContent, (await Owner.RemoveAsync("/v1/secrets/API_KEY")).StatusCode);
        await (await Owner.RemoveAsync("/v1/secrets/API_KEY")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private async Task<string?> FindAsync(string name) =>
        await _app.Services.GetRequiredService<ICredentialSource>()
            .FindAsync(await TenantAsync("acme"), name, TestContext.Current.CancellationToken);

    private async Task<Core.TenantId> TenantAsync(string name)
    {
        Assert.True(Core.Ids.TryDecode(Core.TenantId.Prefix, await _app.Tenant(name).IdAsync(), out var id));
        return new Core.TenantId(id);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
