namespace AgentFactory.Server.Tests.Harness;

/// <summary>One server for all tests of a class, as a class fixture; each test takes a tenant of its own.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    private int _tenants;

    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>A tenant that no other test has.</summary>
    internal TestTenant NewTenant() => App.Tenant($"tenant-{Interlocked.Increment(ref _tenants)}");
}
