using System.Net;
using System.Text;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Tests.Harness;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Platform.Access;

/// <summary>Every route the server has, against every kind of caller. A route that is added is tested here without anyone thinking of it.</summary>
public sealed class RouteAccessTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Without_a_key_every_closed_route_is_401()
    {
        foreach (var route in Closed())
            await (await SendAsync(_app.Anonymous, route)).ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task With_every_scope_but_its_own_a_route_is_403()
    {
        foreach (var routes in Closed().GroupBy(r => r.Scope))
        {
            string[] others = [.. Scope.All.Where(s => s != Scope.Everything && s != routes.Key)];
            var client = _app.WithKey(await _app.Tenant("acme").KeyAsync(others));
            foreach (var route in routes) await (await SendAsync(client, route)).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        }
    }

    [Fact]
    public async Task With_its_scope_alone_a_route_lets_the_caller_in()
    {
        foreach (var routes in Closed().Where(r => r.Scope != Scope.Operator).GroupBy(r => r.Scope))
        {
            var client = _app.WithKey(await _app.Tenant("acme").KeyAsync(routes.Key));
            foreach (var route in routes)
            {
                var response = await SendAsync(client, route);
                var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                // A handler may demand more for what a parameter asks beyond the route itself; then it names the parameter.
                var isRefused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && !body.Contains("\"param\"", StringComparison.Ordinal);
                Assert.False(isRefused || (int)response.StatusCode >= 500, $"{route} answered {(int)response.StatusCode}: {body}");
            }
        }
    }

    [Fact]
    public async Task Operators_routes_are_closed_to_every_key()
    {
        foreach (var route in Closed().Where(r => r.Scope == Scope.Operator))
            await (await SendAsync(_app.Tenant("acme").Owner, route)).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Thing_that_is_not_the_tenants_is_404_on_every_route_that_names_one()
    {
        foreach (var route in Closed().Where(r => r.HasId && r.Method is "GET" or "DELETE"))
        {
            var response = await SendAsync(_app.Tenant("other").Owner, route);
            // A PUT-able name (a secret's) may be anything; what isn't there is still not found.
            await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task Nonsense_never_is_500()
    {
        string[] bodies = ["", "null", "[]", "{}", "{\"a\":1}", "{\"name\":[]}", "\"text\"", "{\"name\":\"" + new string('n', 4000) + "\"}"];
        foreach (var route in Closed())
            foreach (var body in route.HasBody ? bodies : [""])
            {
                var client = route.Scope == Scope.Operator ? _app.Operator : _app.Tenant("acme").Owner;
                var response = await SendAsync(client, route, body);
                Assert.True((int)response.StatusCode < 500 || response.StatusCode == HttpStatusCode.ServiceUnavailable,
                    $"{route} answered {(int)response.StatusCode} to {body}: {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            }
    }

    private List<Route> Closed() =>
    [
        .. from endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let scope = endpoint.Metadata.GetMetadata<RequiredScope>()
           where scope is not null
           from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
           select new Route(method, endpoint, scope.Scope),
    ];

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, Route route, string body = "{}")
    {
        var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path);
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        if (route.HasBody) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed record Route(string Method, RouteEndpoint Endpoint, string Scope)
    {
        public bool HasId => Endpoint.RoutePattern.Parameters.Count > 0;
        public bool HasBody => Method is "POST" or "PUT" or "PATCH";

        /// <summary>Ids that are well formed and nobody's; numbers where the route wants them.</summary>
        public string Path => string.Join('/', Endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart { Name: "number" } => "1",
            RoutePatternParameterPart parameter => Ids.Encode(Prefix(parameter.Name), new Guid("0199b000-0000-7000-8000-000000000001")),
            _ => "",
        })))).Insert(0, "/");

        public override string ToString() => $"{Method} {Path}";

        private static string Prefix(string parameter) => parameter switch
        {
            "key" => "key",
            "agent" => "agt",
            "tool" => "tol",
            "session" => "ses",
            "run" => "run",
            "notebook" => "nb",
            "tenant" => "ten",
            _ => parameter,
        };
    }
}
