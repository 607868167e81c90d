using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Tests.Harness;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Architecture;

/// <summary>Every route the server has is complete.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    private TestApp _app = null!;

    private IEnumerable<RouteEndpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void Every_route_says_who_may_call_it_what_it_is_called_and_how_much_it_takes() => Assert.Empty(
        from route in Routes
        let fault = RouteCompleteness.FindFault(route)
        where fault is not null
        select $"{route.DisplayName} {fault}");

    [Fact]
    public void Every_route_under_v1_demands_a_scope() => Assert.Empty(
        from route in Routes
        where route.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal) && route.Metadata.GetMetadata<RequiredScope>() is null
        select route.DisplayName);

    [Fact]
    public void Every_closed_route_tells_its_problems()
    {
        int[] expected = [400, 401, 403, 429, 500, 503];
        Assert.Empty(
            from route in Routes
            where route.Metadata.GetMetadata<RequiredScope>() is not null
            let told = route.Metadata.OfType<IProducesResponseTypeMetadata>().Where(p => p.Type == typeof(Problem))
                .Select(p => p.StatusCode).ToList()
            from status in expected
            where !told.Contains(status)
            select $"{route.DisplayName} does not tell {status}");
    }

    [Fact]
    public void Operation_ids_are_unique_and_begin_with_their_tag()
    {
        var closed = Routes.Where(r => r.Metadata.GetMetadata<RequiredScope>() is not null).ToList();
        var names = closed.Select(r => r.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(closed, r => Assert.StartsWith(
            r.Metadata.GetRequiredMetadata<ITagsMetadata>().Tags[0] + ".", r.Metadata.GetRequiredMetadata<IEndpointNameMetadata>()
                .EndpointName));
    }

    [Fact]
    public void Post_that_makes_something_gives_it_the_id_of_the_request()
    {
        // A POST under v1 is idempotent by the pipeline; one that hands out secrets must also survive a crash between effect and answer.
        var faults = from route in Routes
                     let rule = route.Metadata.GetMetadata<IdempotentRoute>()
                     where rule is { ReturnsSecret: true, Repeatable: false }
                     select route.DisplayName;
        Assert.Empty(faults);
    }
}
