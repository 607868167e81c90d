using AgentFactory.Engines.OpenAI;

namespace AgentFactory.Core.Tests.Models;

public sealed class OpenAIEndpointTests
{
    [Fact]
    public void Without_settings_there_is_OpenAI_and_it_needs_its_key()
    {
        var endpoint = Assert.Single(Read());
        Assert.Equal(
            ("openai", "https://api.openai.com/v1", true, "OPENAI_API_KEY"),
            (endpoint.Name, endpoint.BaseUrl.ToString(), endpoint.NeedsKey, endpoint.KeyName));
    }

    [Fact]
    public void Another_address_for_OpenAI_may_do_without_a_key()
    {
        var endpoint = Assert.Single(Read(baseUrl: "http://127.0.0.1:9100/v1"));
        Assert.Equal(("openai", "http://127.0.0.1:9100/v1", false), (endpoint.Name, endpoint.BaseUrl.ToString(), endpoint.NeedsKey));
    }

    [Fact]
    public void Further_providers_have_a_name_an_address_and_a_key_named_after_them()
    {
        var endpoints = Read(providers: "ollama=http://127.0.0.1:11434/v1, my-router = https://router.example/api/v1 ,");
        Assert.Equal(
            [("openai", "OPENAI_API_KEY"), ("ollama", "OLLAMA_API_KEY"), ("my-router", "MY_ROUTER_API_KEY")],
            endpoints.Select(e => (e.Name, e.KeyName)));
        Assert.Equal("https://router.example/api/v1", endpoints[2].BaseUrl.ToString());
        Assert.False(endpoints[1].NeedsKey);
    }

    [Theory]
    [InlineData("ollama")]
    [InlineData("=http://a/v1")]
    [InlineData("Ollama=http://a/v1")]
    [InlineData("demo=http://a/v1")]
    [InlineData("openai=http://a/v1")]
    [InlineData("a=http://a/v1,a=http://b/v1")]
    [InlineData("a/b=http://a/v1")]
    [InlineData("a=ftp://a/v1")]
    [InlineData("a=/v1")]
    [InlineData("a=http://user:secret@a/v1")]
    [InlineData("a=http://a/v1?key=secret")]
    public void A_faulty_setting_is_refused_by_its_variable_and_not_repeated_when_it_may_hold_a_secret(string providers)
    {
        var refusal = Assert.Throws<AgentFactoryException>(() => Read(providers: providers));
        Assert.StartsWith("AGENT_FACTORY_PROVIDERS is not valid", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private static List<OpenAIEndpoint> Read(string? baseUrl = null, string? providers = null) => OpenAIEndpoint.Read(name => name switch
    {
        "OPENAI_BASE_URL" => baseUrl,
        "AGENT_FACTORY_PROVIDERS" => providers,
        _ => null,
    });
}
