using System.Net;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Keys;

public sealed class KeyTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task First_start_shows_an_owner_key_that_works_and_a_restart_shows_none()
    {
        Assert.NotNull(_app.OwnerKey);
        var owner = _app.WithKey(_app.OwnerKey);
        var listed = await (await owner.FetchAsync("/v1/keys")).JsonAsync();
        Assert.Equal("owner", listed.GetProperty("data")[0].GetProperty("name").GetString());
        await _app.RestartAsync();
        Assert.Null(_app.OwnerKey);
        await (await owner.FetchAsync("/v1/keys")).JsonAsync();
    }

    [Fact]
    public async Task Key_text_is_shown_once()
    {
        var acme = _app.Tenant("acme");
        var made = await (await acme.Owner.PostJsonAsync("/v1/keys", new { name = "ci", scopes = new[] { "runs:read" } }))
            .JsonAsync(HttpStatusCode.Created);
        Assert.StartsWith("af_key_", made.GetProperty("key").GetString());
        var read = await (await acme.Owner.FetchAsync($"/v1/keys/{made.GetProperty("id").GetString()}")).JsonAsync();
        Assert.False(read.TryGetProperty("key", out _));
        Assert.Equal("runs:read", read.GetProperty("scopes")[0].GetString());
    }

    [Fact]
    public async Task Revoked_key_stops_working_at_once()
    {
        var acme = _app.Tenant("acme");
        var made = await (await acme.Owner.PostJsonAsync("/v1/keys", new { name = "ci", scopes = new[] { "keys:read" } }))
            .JsonAsync(HttpStatusCode.Created);
        var client = _app.WithKey(made.GetProperty("key").GetString()!);
        await (await client.FetchAsync("/v1/keys")).JsonAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await acme.Owner.RemoveAsync($"/v1/keys/{made.GetProperty("id").GetString()}")).StatusCode);
        await (await client.FetchAsync("/v1/keys")).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }
}
