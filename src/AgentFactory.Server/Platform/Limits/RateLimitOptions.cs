using System.Globalization;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Limits;

/// <summary>How many requests each caller may send.</summary>
internal sealed class RateLimitOptions
{
    private const string Variable = "AGENT_FACTORY_RATE_LIMIT";

    /// <summary>
    /// Requests a minute for each key, and for each address that sends none, 1 to 10,000,000; all of a minute's may come at once.
    /// <c>AGENT_FACTORY_RATE_LIMIT</c> sets it.
    /// </summary>
    public int PerMinute { get; private set; } = 6_000;

    public RateLimitOptions Read(Func<string, string?> environment)
    {
        if (environment(Variable) is not { Length: > 0 } text) return this;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var perMinute) || perMinute is < 1 or > 10_000_000)
            throw new AgentFactoryException(
                ErrorCodes.Invalid, $"{Variable} must be a whole number from 1 to 10000000: requests a minute for each key.", Variable);
        PerMinute = perMinute;
        return this;
    }
}
