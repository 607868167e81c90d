using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Platform.Limits;

/// <summary>Counts every request against its caller's allowance, and says on every answer what is left.</summary>
internal sealed class RateLimiting(RequestDelegate next, RequestAllowance allowance)
{
    public Task InvokeAsync(HttpContext context)
    {
        var taken = allowance.Take(CallerOf(context));
        var headers = context.Response.Headers;
        headers["RateLimit-Limit"] = Text(taken.Limit);
        headers["RateLimit-Remaining"] = Text(taken.Remaining);
        headers["RateLimit-Reset"] = Text(taken.Reset);
        if (taken.RetryAfter is not { } seconds) return next(context);
        throw new AgentFactoryException(ErrorCodes.RateLimited,
            $"At most {taken.Limit:N0} requests a minute are served for one caller. Wait {seconds} s and send the request again.")
        { RetryAfter = seconds };
    }

    /// <summary>Wrong keys count against the address that tries them.</summary>
    private static string CallerOf(HttpContext context) => Caller.Of(context) switch
    {
        { KeyId: { } key } => key.ToString("N"),
        { IsOperator: true } => "operator",
        _ => context.Connection.RemoteIpAddress is { } address ? NetworkOf(address) : "local",
    };

    /// <summary>Of IPv6 the /64: whoever has one address has all of its 2^64.</summary>
    internal static string NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
            : address.ToString();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
