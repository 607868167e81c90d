using System.Net;
using System.Text;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Tests.Harness;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Platform.Access;

/// <summary>
/// Every route the server has, against every kind of caller. A route that is added is tested here without anyone thinking of it.
/// </summary>
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
                var isRefused = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    && !body.Contains("\"param\"", StringComparison.Ordinal);
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
    public async Task Another_tenants_thing_is_404_on_every_route_and_stays_as_it_was()
    {
        var things = await TenantThings.MakeAsync(_app.Tenant("acme"));
        var routes = Closed().Where(r => r.HasId && r.Scope != Scope.Operator).ToList();
        var before = await ReadAsync(routes, things);
        Assert.NotEmpty(before);
        foreach (var route in routes)
        {
            var response = await SendAsync(_app.Tenant("other").Owner, route, "{}", things);
            if (route.Method is "GET" or "DELETE") await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
            else Assert.InRange((int)response.StatusCode, 400, 499);
        }
        Assert.Equal(before, await ReadAsync(routes, things));
    }

    [Fact]
    public async Task Nonsense_never_is_500()
    {
        string[] bodies =
        [
            "", "null", "[]", "{}", "{\"a\":1}", "{\"name\":[]}", "\"text\"", "{\"name\":\"" + new string('n', 4000) + "\"}",
        ];
        foreach (var route in Closed())
            foreach (var body in route.HasBody ? bodies : [""])
            {
                var client = route.Scope == Scope.Operator ? _app.Operator : _app.Tenant("acme").Owner;
                var response = await SendAsync(client, route, body);
                var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True((int)response.StatusCode < 500, $"{route} answered {(int)response.StatusCode} to {body}: {answer}");
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

    /// <summary>What the owner reads of each of them.</summary>
    private async Task<List<string>> ReadAsync(IEnumerable<Route> routes, TenantThings things)
    {
        var read = new List<string>();
        foreach (var route in routes.Where(r => r.Method == "GET"))
        {
            var response = await SendAsync(_app.Tenant("acme").Owner, route, "", things);
            await response.JsonAsync();
            read.Add($"{route} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
        return read;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Route route, string body = "{}", TenantThings? things = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.PathOf(things));
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        if (route.HasBody) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed record Route(string Method, RouteEndpoint Endpoint, string Scope)
    {
        private const string Nobodys = "01JZZZZZZZZZZZZZZZZZZZZZZZ";

        public bool HasId => Endpoint.RoutePattern.Parameters.Count > 0;
        public bool HasBody => Method is "POST" or "PUT" or "PATCH";

        /// <summary>With the ids of <paramref name="things"/>; without, with well-formed ones that are nobody's.</summary>
        public string PathOf(TenantThings? things) => "/" + string.Join('/', Endpoint.RoutePattern.PathSegments.Select(segment =>
            segment.Parts.Single() switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternParameterPart parameter => things?[parameter.Name] ?? IdFor(parameter.Name),
                _ => throw new InvalidOperationException("Routes have literals and parameters only."),
            }));

        public override string ToString() => $"{Method} {Endpoint.RoutePattern.RawText}";

        private static string IdFor(string parameter) => parameter switch
        {
            "key" => "key_" + Nobodys,
            "agent" => "agt_" + Nobodys,
            "tool" => "tol_" + Nobodys,
            "session" => "ses_" + Nobodys,
            "run" => "run_" + Nobodys,
            "notebook" => "nb_" + Nobodys,
            "number" => "1",
            _ => Nobodys,
        };
    }
}
