using System.Net;

namespace AgentFactory.Core.Tools.Outbound;

/// <summary>What the operator lets tools reach besides the public internet. Nothing, unless listed.</summary>
public sealed record OutboundRules
{
    /// <summary>Host names, or addresses as they are written in a URL, that may be reached whatever they resolve to.</summary>
    public IReadOnlySet<string> AllowedHosts { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Address ranges that may be reached although they are not public, for example <c>10.20.0.0/16</c>.</summary>
    public IReadOnlyList<IPNetwork> AllowedRanges { get; init; } = [];

    internal bool Allows(string host) => AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    internal bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return PublicAddresses.Contains(plain) || AllowedRanges.Any(range => range.Contains(plain));
    }
}
