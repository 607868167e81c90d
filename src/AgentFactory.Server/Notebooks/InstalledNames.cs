using System.Globalization;
using AgentFactory.Core.Notebooks;
using AgentFactory.Server.Agents;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tools;

namespace AgentFactory.Server.Notebooks;

/// <summary>
/// What the agents and tools of a conversion are called in the tenant. The rule: what an earlier conversion of the notebook of this
/// name made keeps its name; a name that is free is taken; one that belongs to anything else gets the first number behind it that
/// makes it free.
/// </summary>
internal sealed record InstalledNames(IReadOnlyDictionary<string, string> Agents, IReadOnlyDictionary<string, string> Tools)
{
    private const int LongestAgent = 63;
    private const int LongestTool = 64;

    public string Agent(string name) => Agents.GetValueOrDefault(name, name);

    public string Tool(string name) => Tools.GetValueOrDefault(name, name);

    public bool IsSame(InstalledNames other) => Agents.SequenceEqual(other.Agents) && Tools.SequenceEqual(other.Tools);

    public static async Task<InstalledNames> PlanAsync(UnitOfWork unit, ToolStore tools, NotebookConversion conversion)
    {
        var ownAgents = await AgentReader.ListOfNotebookAsync(unit, conversion.Name);
        var ownTools = await ToolStore.ListOfNotebookAsync(unit, conversion.Name);
        return new InstalledNames(
            Plan(
                conversion.Agents.Select(a => a.Definition.Name), ownAgents.ToDictionary(a => a.OriginName!, a => a.Name),
                await AgentReader.NamesAsync(unit), '-', LongestAgent),
            Plan(
                conversion.Tools.Select(t => t.Definition.Name), ownTools.ToDictionary(t => t.OriginName!, t => t.Name),
                await tools.NamesAsync(unit), '_', LongestTool));
    }

    /// <summary>Also used for the tests of the rule.</summary>
    internal static SortedDictionary<string, string> Plan(
        IEnumerable<string> wanted, IReadOnlyDictionary<string, string> own, IReadOnlyCollection<string> taken, char separator, int longest)
    {
        var used = taken.ToHashSet(StringComparer.Ordinal);
        var plan = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            plan[name] = own.TryGetValue(name, out var before) ? before : FirstFree(name, used, separator, longest);
            used.Add(plan[name]);
        }
        return plan;
    }

    private static string FirstFree(string name, HashSet<string> used, char separator, int longest)
    {
        var candidate = name;
        for (var n = 2; used.Contains(candidate); n++)
        {
            var ending = separator + n.ToString(CultureInfo.InvariantCulture);
            candidate = name[..Math.Min(name.Length, longest - ending.Length)] + ending;
        }
        return candidate;
    }
}
