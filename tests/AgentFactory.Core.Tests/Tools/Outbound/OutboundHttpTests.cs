using System.Net;
using AgentFactory.Core.Tools.Outbound;

namespace AgentFactory.Core.Tests.Tools.Outbound;

public sealed class OutboundHttpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://0/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://172.31.255.255/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://100.100.100.200/latest/meta-data/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://168.63.129.16/")]
    [InlineData("http://192.0.0.192/")]
    [InlineData("http://198.18.0.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://255.255.255.255/")]
    [InlineData("http://[::]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[::127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[64:ff9b::169.254.169.254]/")]
    [InlineData("http://[64:ff9b:1::1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/")]
    [InlineData("http://[2001:db8::1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%251]/")]
    [InlineData("http://[fc00::1]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://[fec0::1]/")]
    [InlineData("http://[ff02::1]/")]
    [InlineData("http://①②⑦.0.0.1/")]
    public async Task Addresses_that_are_not_public_are_refused_however_they_are_spelled(string url)
    {
        using var outbound = new OutboundHttp(new OutboundRules(), Resolver());
        var e = await Assert.ThrowsAsync<AgentFactoryException>(() => outbound.Client.GetAsync(new Uri(url), Token));
        Assert.Equal((ErrorCodes.Invalid, "url"), (e.Code, e.Param));
        Assert.Contains("not on the public internet", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.128.0.0", true)]
    [InlineData("169.253.255.255", true)]
    [InlineData("223.255.255.255", true)]
    [InlineData("11.0.0.0", true)]
    [InlineData("9.255.255.255", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("2001:1ff::1", false)]
    [InlineData("2001:200::1", true)]
    [InlineData("4000::1", false)]
    [InlineData("1fff::1", false)]
    [InlineData("3fff:fff::1", false)]
    [InlineData("5f00::1", false)]
    [InlineData("100::1", false)]
    public void The_edges_of_the_ranges_are_where_the_registries_say(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("::1")]
    [InlineData("93.184.216.34", "10.0.0.1")]
    [InlineData("169.254.169.254", "93.184.216.34")]
    [InlineData]
    public async Task A_name_that_resolves_to_an_address_that_is_not_public_is_refused(params string[] addresses)
    {
        using var outbound = new OutboundHttp(new OutboundRules(), Resolver(("rebind.example", addresses)));
        var e = await Assert.ThrowsAsync<AgentFactoryException>(() => outbound.Client.GetAsync(new Uri("http://rebind.example/"), Token));
        Assert.Contains("'rebind.example' was not contacted", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("10.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Ok("here"));
        var asked = 0;
        using var outbound = new OutboundHttp(
            Loopback, (_, _) => Task.FromResult<IPAddress[]>([asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]));
        Assert.Equal("here", await outbound.Client.GetStringAsync(new Uri($"http://pinned.example:{server.Port}/"), Token));
        Assert.Equal(1, asked);
        Assert.Contains($"Host: pinned.example:{server.Port}", server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_can_allow_a_host_or_a_range()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Ok("inside"));
        var rules = new OutboundRules { AllowedHosts = new HashSet<string> { "Intranet.example" } };
        using var byHost = new OutboundHttp(rules, Resolver(("intranet.example", ["127.0.0.1"])));
        Assert.Equal("inside", await byHost.Client.GetStringAsync(new Uri($"http://intranet.example:{server.Port}/"), Token));
        using var byRange = new OutboundHttp(Loopback, Resolver());
        Assert.Equal("inside", await byRange.Client.GetStringAsync(new Uri($"http://[::ffff:127.0.0.1]:{server.Port}/"), Token));
        await Assert.ThrowsAsync<AgentFactoryException>(() => byRange.Client.GetAsync(new Uri("http://10.0.0.1/"), Token));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://inside.example/")]
    [InlineData("ftp://public.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:pass@public.example/")]
    public async Task Each_redirect_is_checked_as_the_first_address_was(string location)
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Redirect(location));
        using var outbound = new OutboundHttp(
            new OutboundRules { AllowedHosts = new HashSet<string> { "public.example" } },
            Resolver(("public.example", ["127.0.0.1"]), ("inside.example", ["127.0.0.1"])));
        await Assert.ThrowsAsync<AgentFactoryException>(
            () => outbound.Client.GetAsync(new Uri($"http://public.example:{server.Port}/"), Token));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Redirects_end_after_five()
    {
        using var server = new LoopbackServer(_ => LoopbackServer.Redirect("/again"));
        using var outbound = new OutboundHttp(Loopback, Resolver());
        var e = await Assert.ThrowsAsync<AgentFactoryException>(
            () => outbound.Client.GetAsync(new Uri($"http://127.0.0.1:{server.Port}/"), Token));
        Assert.Contains("more than 5 times", e.Message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
    }

    [Fact]
    public async Task Credentials_stay_with_their_origin()
    {
        using var other = new LoopbackServer(_ => LoopbackServer.Ok("end"));
        using var server = new LoopbackServer(request => LoopbackServer.Redirect(
            request.StartsWith("GET /first", StringComparison.Ordinal) ? "/second" : $"http://127.0.0.1:{other.Port}/third"));
        using var outbound = new OutboundHttp(Loopback, Resolver());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/first")
        {
            Headers = { { "Authorization", "Bearer t" }, { "X-Api-Key", "k" }, { "Accept", "text/plain" } },
        };
        using var response = await outbound.Client.SendAsync(request, Token);
        Assert.Contains("Bearer t", server.Requests[1], StringComparison.Ordinal);
        var last = Assert.Single(other.Requests);
        Assert.DoesNotContain("Bearer", last, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Api-Key", last, StringComparison.Ordinal);
        Assert.Contains("Accept: text/plain", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("303 See Other", "GET /next", false)]
    [InlineData("302 Found", "GET /next", false)]
    [InlineData("307 Temporary Redirect", "POST /next", true)]
    [InlineData("308 Permanent Redirect", "POST /next", true)]
    public async Task A_redirected_post_keeps_its_body_only_where_it_stays_a_post(string status, string line, bool hasBody)
    {
        using var server = new LoopbackServer(request => request.StartsWith("POST /first", StringComparison.Ordinal)
            ? LoopbackServer.Redirect("/next", status)
            : LoopbackServer.Ok("ok"));
        using var outbound = new OutboundHttp(Loopback, Resolver());
        using var body = new StringContent("the body");
        using var response = await outbound.Client.PostAsync(new Uri($"http://127.0.0.1:{server.Port}/first"), body, Token);
        Assert.StartsWith(line, server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(hasBody, server.Requests[1].Contains("the body", StringComparison.Ordinal));
    }

    private static OutboundRules Loopback => new() { AllowedRanges = [IPNetwork.Parse("127.0.0.0/8")] };

    private static Func<string, CancellationToken, Task<IPAddress[]>> Resolver(params (string Name, string[] Addresses)[] names) =>
        (host, _) => Task.FromResult<IPAddress[]>(
            [.. names.Where(n => n.Name == host).SelectMany(n => n.Addresses).Select(IPAddress.Parse)]);
}
