using System.Net;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Access;

public sealed class AuthenticationTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Key_is_taken_from_either_header()
    {
        var key = _app.OwnerKey!;
        await (await _app.Anonymous.SendAsync(HttpMethod.Get, "/v1/keys", null, ("Authorization", $"Bearer {key}"))).JsonAsync();
        await (await _app.Anonymous.SendAsync(HttpMethod.Get, "/v1/keys", null, ("Authorization", $"bearer {key}"))).JsonAsync();
        await (await _app.Anonymous.SendAsync(HttpMethod.Get, "/v1/keys", null, ("X-Api-Key", key))).JsonAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("Bearer")]
    [InlineData("Bearer af_key_01ARZ3NDEKTSV4RRFFQ69G5FAV_0000000000000000000000000000000000000000000000000")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task Anything_else_is_unauthenticated(string header)
    {
        var refused = await _app.Anonymous.SendAsync(HttpMethod.Get, "/v1/keys", null, ("Authorization", header));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Key_with_one_character_changed_is_unauthenticated()
    {
        var key = _app.OwnerKey!;
        for (var i = 7; i < key.Length; i += 9)
        {
            var changed = key[..i] + (key[i] == 'A' ? 'B' : 'A') + key[(i + 1)..];
            await (await _app.WithKey(changed).FetchAsync("/v1/keys")).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        }
    }

    [Fact]
    public async Task Socket_of_the_data_folder_makes_an_operator_and_nothing_else_does()
    {
        await (await _app.Operator.FetchAsync("/v1/tenants")).JsonAsync();
        await (await _app.WithKey(_app.OwnerKey!).FetchAsync("/v1/tenants")).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        foreach (var header in (string[])["X-Operator", "X-Forwarded-For", "X-Af-Operator", "Forwarded"])
            await (await _app.Anonymous.SendAsync(HttpMethod.Get, "/v1/tenants", null, (header, "unix")))
                .ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Request_over_the_socket_that_names_a_key_has_that_keys_rights()
    {
        var key = await _app.Tenant("acme").KeyAsync("runs:read");
        await (await _app.Operator.SendAsync(HttpMethod.Get, "/v1/keys", null, ("X-Api-Key", key)))
            .ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await (await _app.Operator.SendAsync(HttpMethod.Get, "/v1/tenants", null, ("X-Api-Key", "af_key_wrong")))
            .ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
