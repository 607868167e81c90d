using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AgentFactory.Core.Models;
using AgentFactory.Server.Runs;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Runs;

/// <summary>A server with scripted models, for the tests of one class.</summary>
public sealed class RunsApp : IAsyncLifetime
{
    private int _names;

    internal ScriptedModels Models { get; } = new();
    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(new TestAppOptions
    {
        Extend = services => services
            .AddSingleton<IModelProvider>(Models)
            .AddSingleton(new RunsOptions { ClaimSeconds = 1, KeepAliveSeconds = 1, StopGraceSeconds = 2 }),
    });

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>A tenant of its own with an agent that answers as <paramref name="answer"/> says.</summary>
    internal async Task<RunsTenant> AgentAsync(Func<ScriptedCall, CancellationToken, Task<ScriptedAnswer>> answer, object? extra = null)
    {
        var name = $"agent-{Interlocked.Increment(ref _names)}";
        Models.On(name, answer);
        var tenant = App.Tenant("tenant-of-" + name);
        var body = JsonSerializer.SerializeToNode(extra ?? new { })!.AsObject();
        body["name"] = name;
        body["model"] = "script/" + name;
        await (await tenant.Owner.PostJsonAsync("/v1/agents", body)).JsonAsync(HttpStatusCode.Created);
        return new RunsTenant(tenant.Owner, name);
    }

    internal Task<RunsTenant> AgentAsync(Func<ScriptedCall, ScriptedAnswer> answer, object? extra = null) =>
        AgentAsync((call, _) => Task.FromResult(answer(call)), extra);
}

/// <summary>An agent, and the client of the tenant it belongs to.</summary>
internal sealed record RunsTenant(HttpClient Client, string Agent)
{
    public Task<HttpResponseMessage> StartAsync(object body) => Client.PostJsonAsync("/v1/runs", Request(body));

    public Task<EventReader> StreamAsync(object body, params (string Name, string Value)[] headers)
    {
        var request = Request(body);
        request["mode"] = "stream";
        return EventReader.OpenAsync(Client, HttpMethod.Post, "/v1/runs", JsonContent.Create(request), headers);
    }

    public Task<EventReader> FollowAsync(string run, string? lastEventId = null) => EventReader.OpenAsync(
        Client, HttpMethod.Get, $"/v1/runs/{run}/events", null, lastEventId is null ? [] : [("Last-Event-ID", lastEventId)]);

    public async Task<JsonElement> GetAsync(string run) => await (await Client.FetchAsync("/v1/runs/" + run)).JsonAsync();

    /// <summary>The run once it has ended.</summary>
    public async Task<JsonElement> EndedAsync(string run)
    {
        JsonElement shown = default;
        await RunWorkshop.UntilAsync(async () => (shown = await GetAsync(run)).GetProperty("status").GetString() == "ended");
        return shown;
    }

    private System.Text.Json.Nodes.JsonObject Request(object body)
    {
        var request = JsonSerializer.SerializeToNode(body)!.AsObject();
        if (!request.ContainsKey("agent") && !request.ContainsKey("session")) request["agent"] = Agent;
        return request;
    }
}
