using System.Net;
using AgentFactory.Core;
using AgentFactory.Core.Tools.Outbound;
using AgentFactory.Engines.Sandbox;

namespace AgentFactory.Server.Tools;

/// <summary>What an operator may set about where tools run and what they reach.</summary>
internal sealed record ToolsOptions(OutboundRules Outbound, BubblewrapOptions Sandbox)
{
    /// <summary>Hosts and address ranges, separated by commas, that <c>http_request</c> may reach although they are not public.</summary>
    public const string AllowVariable = "AGENT_FACTORY_OUTBOUND_ALLOW";

    /// <summary>The Python interpreter of Python tools, which may be that of a virtual environment.</summary>
    public const string PythonVariable = "AGENT_FACTORY_PYTHON";

    /// <summary>Folders with packages for Python tools (<c>pip install --target</c>), separated as in PATH.</summary>
    public const string PackagesVariable = "AGENT_FACTORY_PYTHON_PACKAGES";

    /// <summary>The bubblewrap program, where it is not in a usual place.</summary>
    public const string BubblewrapVariable = "AGENT_FACTORY_BUBBLEWRAP";

    private const StringSplitOptions Clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public static ToolsOptions Read(Func<string, string?> environment)
    {
        var (hosts, ranges) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), new List<IPNetwork>());
        foreach (var entry in (environment(AllowVariable) ?? "").Split(',', Clean))
        {
            if (!entry.Contains('/', StringComparison.Ordinal)) hosts.Add(entry);
            else if (IPNetwork.TryParse(entry, out var range)) ranges.Add(range);
            else
                throw new AgentFactoryException(
                    ErrorCodes.Invalid, $"{AllowVariable} is not valid: '{entry}' is neither a host nor a range such as 10.20.0.0/16.",
                    AllowVariable);
        }
        return new ToolsOptions(
            new OutboundRules { AllowedHosts = hosts, AllowedRanges = ranges },
            new BubblewrapOptions
            {
                Python = Text(environment(PythonVariable)),
                Bubblewrap = Text(environment(BubblewrapVariable)),
                PackageFolders = (environment(PackagesVariable) ?? "").Split(Path.PathSeparator, Clean),
            });
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
