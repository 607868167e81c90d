using System.Net.Http.Json;
using System.Text.Json;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>One tenant of a test's server. It and its keys are made when a request first needs them.</summary>
internal sealed class TestTenant(TestApp app, string name)
{
    private readonly Dictionary<string, HttpClient> _clients = [];
    private Task<JsonElement>? _created;

    public string Name => name;

    /// <summary>With the owner key, which may do everything in the tenant.</summary>
    public HttpClient Owner => As("*");

    /// <summary>With a key that has just these scopes.</summary>
    public HttpClient As(params string[] scopes)
    {
        lock (_clients)
        {
            var wanted = string.Join(' ', scopes);
            if (!_clients.TryGetValue(wanted, out var client))
                _clients[wanted] = client = app.Client(new Authorized(() => KeyAsync(scopes)) { InnerHandler = new SocketsHttpHandler() });
            return client;
        }
    }

    public async Task<string> IdAsync() => (await CreateAsync()).GetProperty("id").GetString()!;

    /// <summary>The text of a key with these scopes.</summary>
    public async Task<string> KeyAsync(params string[] scopes)
    {
        var owner = (await CreateAsync()).GetProperty("key").GetString()!;
        if (scopes is ["*"]) return owner;
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/v1/keys")
        { Content = JsonContent.Create(new { name = "test", scopes }) };
        return (await SendAsync(Owner, request)).GetProperty("key").GetString()!;
    }

    private Task<JsonElement> CreateAsync()
    {
        lock (_clients)
            return _created ??= SendAsync(
                app.Operator, new HttpRequestMessage(HttpMethod.Post, "/v1/tenants") { Content = JsonContent.Create(new { name }) });
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? body : throw new InvalidOperationException($"{request.RequestUri} answered {body}");
    }

    private sealed class Authorized(Func<Task<string>> findKey) : DelegatingHandler
    {
        private Task<string>? _key;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", await (_key ??= findKey()));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
