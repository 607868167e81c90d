using System.Text.Json;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Models;

public sealed class ModelTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    [Fact]
    public async Task Every_known_model_is_listed_with_its_price_and_what_it_needs()
    {
        var models = await ListAsync(Acme);
        var offline = models["demo/offline"];
        Assert.True(offline.GetProperty("available").GetBoolean());
        Assert.Equal(JsonValueKind.Null, offline.GetProperty("needs").ValueKind);
        var openai = models["openai/gpt-4.1"];
        Assert.Equal(("openai", "OPENAI_API_KEY", "1M tokens", "USD"),
            (Text(openai, "provider"), Text(openai, "needs"), Text(openai, "price_unit"), Text(openai, "currency")));
        Assert.True(decimal.Parse(Text(openai, "output_price")!) > decimal.Parse(Text(openai, "input_price")!));
    }

    [Fact]
    public async Task A_model_is_available_to_the_tenant_that_has_its_key()
    {
        Assert.False(await IsAvailableAsync(Acme));
        Assert.True((await Acme.PutJsonAsync("/v1/secrets/OPENAI_API_KEY", new { value = "sk-test-1234567890" })).IsSuccessStatusCode);
        Assert.True(await IsAvailableAsync(Acme));
        Assert.False(await IsAvailableAsync(shared.NewTenant().Owner));
    }

    [Fact]
    public async Task The_operator_s_key_makes_a_model_available_to_all()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions
        {
            Environment = new Dictionary<string, string> { ["OPENAI_API_KEY"] = "sk-test-1234567890" },
        });
        Assert.True(await IsAvailableAsync(app.Tenant("a").Owner));
        Assert.DoesNotContain(
            "sk-test", (await (await app.Tenant("a").Owner.FetchAsync("/v1/models")).JsonAsync()).GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<bool> IsAvailableAsync(HttpClient client) =>
        (await ListAsync(client))["openai/gpt-4.1"].GetProperty("available").GetBoolean();

    private static async Task<Dictionary<string, JsonElement>> ListAsync(HttpClient client) =>
        (await (await client.FetchAsync("/v1/models")).JsonAsync()).GetProperty("data").EnumerateArray().ToDictionary(m => Text(m, "id")!);

    private static string? Text(JsonElement model, string name) => model.GetProperty(name).GetString();
}
