using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Agents;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tools;

namespace AgentFactory.Server.Notebooks;

/// <summary>
/// Makes the agents and tools of a conversion the tenant's own, all of them or none. What the same notebook made before is brought
/// up to it: a changed tool is replaced, a changed agent gets a new version, which is published unless a person published another since:
/// then it waits for a person. What is gone from the notebook stays.
/// </summary>
internal sealed class InstallNotebook(Database database, AgentStore agents, ToolStore tools, AgentCatalog catalog, TimeProvider time)
{
    private const int MostAttempts = 3;
    private const int MostAgents = 200;
    private const int MostTools = 500;

    /// <summary>Characters of the tools that the versions of all agents keep: each agent of a notebook may keep all of its tools.</summary>
    private const long MostKept = 32 << 20;

    /// <param name="id">The conversion's id; one that exists already is what an earlier attempt of the same request made.</param>
    public async Task<NotebookRow> RunAsync(
        TenantId tenant, Guid id, NotebookConversion conversion, bool install, CancellationToken cancellationToken)
    {
        if (!install) return await StoreAsync(tenant, id, conversion, cancellationToken);
        RequireRoom(conversion);
        for (var attempt = 1; ; attempt++)
        {
            var names = await database.ReadAsync(tenant, unit => InstalledNames.PlanAsync(unit, tools, conversion), cancellationToken);
            var (renamed, changed) = (RenamedConversion.Of(conversion, names), new List<AgentRow>());
            Check(renamed, tools.BuiltinNames);
            var row = Row(id, renamed);
            var stored = await database.WriteAsync(tenant, async unit =>
            {
                if (await NotebookStore.FindAsync(unit, id) is { } before) return before;
                // The names were chosen on a snapshot, so that reports and checks hold up nobody's writes. Were they taken since?
                if (!names.IsSame(await InstalledNames.PlanAsync(unit, tools, conversion))) return null;
                var installed = new Installed([], await InstallToolsAsync(unit, conversion, names));
                installed = installed with { Agents = await InstallAgentsAsync(unit, conversion, names, changed) };
                row = row with { Report = Report(row.Report, installed), Installed = JsonSerializer.Serialize(installed, Wire.Options) };
                await NotebookStore.InsertAsync(unit, row);
                return row;
            }, cancellationToken);
            if (stored is null && attempt < MostAttempts) continue;
            foreach (var agent in changed) catalog.Forget(tenant, agent);
            return stored ?? throw new AgentFactoryException(
                ErrorCodes.Conflict, "Names of its agents or tools were taken again and again meanwhile. Send it again.");
        }
    }

    private async Task<NotebookRow> StoreAsync(TenantId tenant, Guid id, NotebookConversion conversion, CancellationToken cancellationToken)
    {
        var row = Row(id, conversion);
        return await database.WriteAsync(tenant, async unit =>
        {
            if (await NotebookStore.FindAsync(unit, id) is { } before) return before;
            await NotebookStore.InsertAsync(unit, row);
            return row;
        }, cancellationToken);
    }

    private NotebookRow Row(Guid id, NotebookConversion conversion) => new()
    {
        NotebookId = id,
        Name = conversion.Name,
        FileName = conversion.FileName,
        Sha256 = conversion.Sha256,
        Report = conversion.ToReport(),
        Conversion = JsonSerializer.Serialize(conversion, Wire.Options),
        Installed = JsonSerializer.Serialize(Installed.Nothing, Wire.Options),
        CreatedAt = time.GetUtcNow(),
    };

    /// <summary>An install is one transaction, and everybody's writes wait for it.</summary>
    private static void RequireRoom(NotebookConversion conversion)
    {
        var lengths = conversion.Tools.ToDictionary(t => t.Definition.Name, t => (long)ToolRow.Write(t.Definition).Length);
        var kept = conversion.Agents.Sum(a => a.Definition.Tools.Sum(lengths.GetValueOrDefault));
        if (conversion.Agents.Count <= MostAgents && conversion.Tools.Count <= MostTools && kept <= MostKept) return;
        throw new AgentFactoryException(ErrorCodes.NotebookInvalid,
            $"It holds {conversion.Agents.Count:N0} agents and {conversion.Tools.Count:N0} tools, whose versions would keep {kept:N0} "
            + $"characters of tools. At most {MostAgents} agents, {MostTools} tools and {MostKept:N0} characters are installed at once. "
            + "Split the notebook, or send install=false.");
    }

    /// <summary>A notebook's definitions obey the rules of everybody's: nothing else may get into the tenant by this door.</summary>
    private static void Check(NotebookConversion conversion, IEnumerable<string> builtins)
    {
        var faults = new FaultList();
        var known = new AgentSurroundings(
            conversion.Tools.Select(t => t.Definition.Name).Concat(builtins).ToHashSet(),
            conversion.Agents.Select(a => a.Definition.Name).ToHashSet());
        foreach (var tool in conversion.Tools)
            foreach (var fault in ToolValidation.Check(tool.Definition).All)
                faults.Add($"{tool.Definition.Name}.{fault.Param}", $"{tool.Origin}: {fault.Message}");
        foreach (var agent in conversion.Agents)
            foreach (var fault in AgentValidation.Check(agent.Definition, known))
                faults.Add($"{agent.Definition.Name}.{fault.Param}", $"{agent.Origin}: {fault.Message}");
        faults.ThrowIfAny();
    }

    private async Task<List<InstalledThing>> InstallToolsAsync(UnitOfWork unit, NotebookConversion conversion, InstalledNames names)
    {
        var installed = new List<InstalledThing>(conversion.Tools.Count);
        foreach (var (original, renamed) in conversion.Tools.Zip(RenamedConversion.Of(conversion, names).Tools))
        {
            var (from, tool) = (original.Definition.Name, renamed.Definition);
            var before = await tools.FindByNameAsync(unit, tool.Name);
            if (before is not null) tool = KeepGrants(before.ToDefinition(), tool);
            var change = before is null ? InstallChange.Created
                : ToolRow.Write(tool) == before.Definition ? InstallChange.Unchanged
                : InstallChange.Updated;
            var row = change switch
            {
                InstallChange.Created => await tools.InsertAsync(unit, Ids.New(time), tool, conversion.Name, from),
                InstallChange.Updated => await tools.UpdateAsync(unit, before!, tool),
                _ => before!,
            };
            installed.Add(new InstalledThing(
                tool.Name, Ids.Encode(ToolResponse.Prefix, row.ToolId), row.Revision, change, from == tool.Name ? null : from));
        }
        return installed;
    }

    /// <summary>What a person granted a tool stays granted as long as its code is the same; other code has to be granted anew.</summary>
    private static ToolDefinition KeepGrants(ToolDefinition before, ToolDefinition tool) =>
        tool.Python is { } program && before.Python is { } old && old.Code == program.Code && old.Function == program.Function
            ? tool with { Effect = before.Effect, TimeoutSeconds = before.TimeoutSeconds, Python = old }
            : tool;

    private async Task<List<InstalledThing>> InstallAgentsAsync(
        UnitOfWork unit, NotebookConversion conversion, InstalledNames names, List<AgentRow> changed)
    {
        var installed = new List<InstalledThing>(conversion.Agents.Count);
        var frozen = new Dictionary<string, ToolDefinition>(StringComparer.Ordinal);
        foreach (var (original, renamed) in conversion.Agents.Zip(RenamedConversion.Of(conversion, names).Agents))
        {
            var (from, definition) = (original.Definition.Name, renamed.Definition);
            var before = await AgentReader.FindAsync(unit, definition.Name);
            string[] missing = [.. definition.Tools.Where(name => !frozen.ContainsKey(name))];
            foreach (var (name, tool) in missing.Zip(await tools.FreezeAsync(unit, missing))) frozen[name] = tool;
            var version = new NewVersion(
                Ids.New(time), before?.AgentId ?? Ids.New(time), definition, [.. definition.Tools.Select(name => frozen[name])]);
            var last = before is null ? null : await NotebookVersions.FindLastAsync(unit, before.AgentId);
            var change = await ChangeAsync(unit, before, last, version);
            var row = change switch
            {
                InstallChange.Created => await agents.InsertAsync(unit, version, conversion.Name, from),
                InstallChange.Unchanged => before!,
                _ => await agents.AddVersionAsync(unit, before!, version, publish: change == InstallChange.Updated),
            };
            if (change != InstallChange.Unchanged)
            {
                changed.Add(row);
                await NotebookVersions.AddAsync(unit, version, row.LatestVersion);
            }
            var waiting = change == InstallChange.Waiting ? row.LatestVersion
                : change == InstallChange.Unchanged && last is not null && last.Number > row.PublishedVersion ? last.Number : (int?)null;
            installed.Add(new InstalledThing(
                row.Name, Ids.Encode(AgentReader.AgentPrefix, row.AgentId), change == InstallChange.Waiting ? row.LatestVersion : row.PublishedVersion,
                change, from == row.Name ? null : from, waiting is { } number ? $"agent-factory agent publish {row.Name} {number}" : null));
        }
        return installed;
    }

    /// <summary>
    /// A person's version, or one that a person went back to, goes on answering: what the notebook says now is added beside it.
    /// </summary>
    private static async Task<InstallChange> ChangeAsync(UnitOfWork unit, AgentRow? before, AgentVersionRow? last, NewVersion version)
    {
        if (before is null) return InstallChange.Created;
        var published = await AgentReader.FindVersionAsync(unit, before.PublishedId);
        if (IsSame(published, version)) return InstallChange.Unchanged;
        if (published?.VersionId == last?.VersionId) return InstallChange.Updated;
        return IsSame(last, version) ? InstallChange.Unchanged : InstallChange.Waiting;
    }

    private static bool IsSame(AgentVersionRow? row, NewVersion version) => row is not null
        && row.Definition == AgentDocument.ToJson(version.Definition) && row.Tools == AgentVersionRow.Write(version.Tools);

    private static string Report(string report, Installed installed)
    {
        var waiting = installed.Agents.Where(a => a.Next is not null).ToList();
        return waiting.Count == 0 ? report : report.TrimEnd() + "\n\nNot published, since a person published another version\n"
            + string.Concat(waiting.Select(a => $"  {a.Name}: what the notebook says now waits. To let it answer: {a.Next}\n"));
    }
}
