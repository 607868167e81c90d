using System.Net;
using System.Net.Sockets;

namespace AgentFactory.Core.Tools.Outbound;

/// <summary>
/// Which addresses are on the public internet, after IANA's registries of special-purpose addresses. Of IPv6 only global unicast is, and of
/// the forms that carry an IPv4 address inside only those whose inner address is public too.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] SpecialV4 = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // A public address that inside Azure is the machine's own platform endpoint.
        "168.63.129.16/32");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Protocol assignments with Teredo, documentation, 6to4: nothing that a tool has business with answers there.
    private static readonly IPNetwork[] SpecialV6 = Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork) return !SpecialV4.Any(range => range.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return false;
        if (address.IsIPv4MappedToIPv6) return Contains(address.MapToIPv4());
        if (Nat64.Contains(address)) return Contains(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return address.ScopeId == 0 && GlobalUnicast.Contains(address) && !SpecialV6.Any(range => range.Contains(address));
    }

    private static IPNetwork[] Networks(params ReadOnlySpan<string> ranges)
    {
        var networks = new IPNetwork[ranges.Length];
        for (var i = 0; i < ranges.Length; i++) networks[i] = IPNetwork.Parse(ranges[i]);
        return networks;
    }
}
