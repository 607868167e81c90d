using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Tests.Models;

public sealed class ModelCatalogTests
{
    private static readonly TenantId Acme = new(new Guid("00000000-0000-0000-0000-000000000001"));
    private static readonly TenantId Other = new(new Guid("00000000-0000-0000-0000-000000000002"));

    private readonly Credentials _credentials = new();
    private readonly RecordingProvider _provider = new("openai", needsKey: true, "OPENAI_API_KEY");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_resolved_with_the_tenants_own_key()
    {
        _credentials.Values[(Acme, "OPENAI_API_KEY")] = "a";
        _credentials.Values[(Other, "OPENAI_API_KEY")] = "b";
        var mine = await Catalog().ResolveAsync(Acme, "openai/org/m-1", Token);
        await Catalog().ResolveAsync(Other, "openai/org/m-1", Token);
        Assert.Equal(new ModelName("openai", "org/m-1"), mine.Name);
        Assert.Equal([("org/m-1", "a"), ("org/m-1", "b")], _provider.Made);
    }

    [Fact]
    public async Task A_client_is_made_once_for_each_model_and_key()
    {
        var catalog = Catalog();
        _credentials.Values[(Acme, "OPENAI_API_KEY")] = "a";
        var first = await catalog.ResolveAsync(Acme, "openai/m", Token);
        Assert.Same(first.Client, (await catalog.ResolveAsync(Acme, "openai/m", Token)).Client);
        Assert.NotSame(first.Client, (await catalog.ResolveAsync(Acme, "openai/n", Token)).Client);
        _credentials.Values[(Acme, "OPENAI_API_KEY")] = "rotated";
        Assert.NotSame(first.Client, (await catalog.ResolveAsync(Acme, "openai/m", Token)).Client);
    }

    [Fact]
    public async Task The_number_of_kept_clients_is_bounded()
    {
        var catalog = Catalog();
        _credentials.Values[(Acme, "OPENAI_API_KEY")] = "a";
        await catalog.ResolveAsync(Acme, "openai/m", Token);
        for (var i = 0; i < 3_000; i++) await catalog.ResolveAsync(Acme, $"openai/m-{i}", Token);
        await catalog.ResolveAsync(Acme, "openai/m", Token);
        Assert.Equal(2, _provider.Made.Count(m => m == ("m", "a")));
    }

    [Theory]
    [InlineData("gpt-4.1")]
    [InlineData("openai/")]
    [InlineData("nobody/m")]
    [InlineData("OpenAI/m")]
    public async Task An_unknown_model_is_refused_and_the_providers_are_named(string name)
    {
        var refusal = await Assert.ThrowsAsync<AgentFactoryException>(async () => await Catalog().ResolveAsync(Acme, name, Token));
        Assert.Equal("model_unknown", refusal.Code.Code);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("demo, openai", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task A_missing_key_is_refused_with_the_three_ways_out(string? key)
    {
        if (key is not null) _credentials.Values[(Acme, "OPENAI_API_KEY")] = key;
        var refusal = await Assert.ThrowsAsync<AgentFactoryException>(async () => await Catalog().ResolveAsync(Acme, "openai/m", Token));
        Assert.Equal("credential_missing", refusal.Code.Code);
        Assert.Contains("Set OPENAI_API_KEY in the environment", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("agent-factory secret set OPENAI_API_KEY", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--model demo/offline", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_can_do_without_a_key_is_called_without_or_with_one()
    {
        var local = new RecordingProvider("local", needsKey: false, "LOCAL_API_KEY");
        var catalog = new ModelCatalog([local], _credentials);
        await catalog.ResolveAsync(Acme, "local/m", Token);
        _credentials.Values[(Acme, "LOCAL_API_KEY")] = "k";
        await catalog.ResolveAsync(Acme, "local/m", Token);
        Assert.Equal([("m", null), ("m", "k")], local.Made);
    }

    [Fact]
    public async Task The_offline_model_needs_nothing_and_has_one_name()
    {
        var model = await Catalog().ResolveAsync(Acme, "demo/offline", Token);
        var answer = await model.Client.GetResponseAsync("hello", cancellationToken: Token);
        Assert.Contains("offline demo model", answer.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AgentFactoryException>(async () => await Catalog().ResolveAsync(Acme, "demo/other", Token));
    }

    private ModelCatalog Catalog() => new([_provider, new OfflineProvider()], _credentials);

    private sealed class Credentials : ICredentialSource
    {
        public Dictionary<(TenantId, string), string> Values { get; } = [];

        public ValueTask<string?> FindAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Values.GetValueOrDefault((tenant, name)));

        public ValueTask<string?> FindOwnAsync(TenantId tenant, string name, CancellationToken cancellationToken) =>
            FindAsync(tenant, name, cancellationToken);
    }

    private sealed class RecordingProvider(string name, bool needsKey, string keyName) : IModelProvider
    {
        public List<(string, string?)> Made { get; } = [];
        public string Name => name;
        public bool NeedsKey => needsKey;
        public string? KeyName => keyName;
        public IReadOnlyList<string> Models => [];

        public IChatClient CreateClient(string model, string? apiKey)
        {
            Made.Add((model, apiKey));
            return new OfflineProvider().CreateClient("offline", null);
        }
    }
}
