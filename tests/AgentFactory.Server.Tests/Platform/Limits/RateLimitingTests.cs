using System.Net;
using AgentFactory.Server.Platform.Limits;

namespace AgentFactory.Server.Tests.Platform.Limits;

public sealed class RateLimitingTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void A_caller_without_a_key_is_counted_by_the_network_it_can_choose_addresses_from(string one, string other, bool isSame) =>
        Assert.Equal(isSame, RateLimiting.NetworkOf(IPAddress.Parse(one)) == RateLimiting.NetworkOf(IPAddress.Parse(other)));
}
