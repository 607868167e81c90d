using AgentFactory.Core;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tools;

/// <summary>The tools of a tenant, the built-in ones among them. Every method works inside the caller's unit of work.</summary>
internal sealed class ToolStore(BuiltinToolRows builtins, TimeProvider time)
{
    private const string Columns =
        """
        tool_id AS ToolId, name AS Name, definition AS Definition, origin_notebook AS OriginNotebook, origin_name AS OriginName,
        revision AS Revision, created_at AS CreatedAt, updated_at AS UpdatedAt
        """;

    public IReadOnlyCollection<string> BuiltinNames => builtins.Names;

    /// <summary>One page, the newest first; the built-in ones come last.</summary>
    public async Task<IReadOnlyList<ToolRow>> ListAsync(UnitOfWork unit, ListQuery query)
    {
        var before = query.After ?? Guid.AllBitsSet;
        var own = await unit.QueryAsync<ToolRow>(
            $"SELECT {Columns} FROM tools WHERE tenant_id = @tenant AND tool_id < @before ORDER BY tool_id DESC LIMIT @Take",
            new { before, query.Take });
        return own.Count >= query.Take ? own : [.. own, .. builtins.Before(before).Take(query.Take - own.Count)];
    }

    /// <summary>By id, or else by name; null when the tenant has none.</summary>
    public async Task<ToolRow?> FindAsync(UnitOfWork unit, string nameOrId)
    {
        if (!Ids.TryDecode(ToolResponse.Prefix, nameOrId, out var id)) return await FindByNameAsync(unit, nameOrId);
        return builtins.Find(id) ?? await FindAsync(unit, id);
    }

    public static Task<ToolRow?> FindAsync(UnitOfWork unit, Guid id) =>
        unit.FindAsync<ToolRow>($"SELECT {Columns} FROM tools WHERE tenant_id = @tenant AND tool_id = @id", new { id });

    public async Task<ToolRow?> FindByNameAsync(UnitOfWork unit, string name) => builtins.Find(name)
        ?? await unit.FindAsync<ToolRow>($"SELECT {Columns} FROM tools WHERE tenant_id = @tenant AND name = @name", new { name });

    public static Task<IReadOnlyList<ToolRow>> ListOfNotebookAsync(UnitOfWork unit, string notebook) => unit.QueryAsync<ToolRow>(
        $"SELECT {Columns} FROM tools WHERE tenant_id = @tenant AND origin_notebook = @notebook", new { notebook });

    /// <summary>The names an agent of the tenant may use.</summary>
    public async Task<IReadOnlyCollection<string>> NamesAsync(UnitOfWork unit)
    {
        var own = await unit.QueryAsync<string>("SELECT name FROM tools WHERE tenant_id = @tenant");
        return own.Concat(builtins.Names).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// The tools as they are now, in the order of <paramref name="names"/>, for a version to keep. Throws when one is gone.
    /// </summary>
    public async Task<IReadOnlyList<ToolDefinition>> FreezeAsync(UnitOfWork unit, IReadOnlyList<string> names)
    {
        var frozen = new List<ToolDefinition>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var row = await FindByNameAsync(unit, names[i])
                ?? throw new AgentFactoryException(
                    ErrorCodes.Invalid, $"There is no tool '{names[i]}' any more; create it first.", $"tools[{i}]");
            frozen.Add(row.ToDefinition());
        }
        return frozen;
    }

    public async Task<ToolRow> InsertAsync(
        UnitOfWork unit, Guid id, ToolDefinition tool, string? originNotebook = null, string? originName = null)
    {
        if (await FindByNameAsync(unit, tool.Name) is { } taken) throw NameTaken(taken);
        var now = time.GetUtcNow();
        var row = new ToolRow
        {
            ToolId = id,
            Name = tool.Name,
            Definition = ToolRow.Write(tool),
            OriginNotebook = originNotebook,
            OriginName = originName,
            Revision = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await unit.ExecuteAsync(
            """
            INSERT INTO tools (tenant_id, tool_id, name, definition, origin_notebook, origin_name, revision, created_at, updated_at)
            VALUES (@tenant, @ToolId, @Name, @Definition, @OriginNotebook, @OriginName, @Revision, @CreatedAt, @UpdatedAt)
            """, row);
        return row;
    }

    public async Task<ToolRow> UpdateAsync(UnitOfWork unit, ToolRow row, ToolDefinition tool)
    {
        var (definition, now) = (ToolRow.Write(tool), time.GetUtcNow());
        var changed = await unit.ExecuteAsync(
            """
            UPDATE tools SET definition = @definition, revision = revision + 1, updated_at = @now
            WHERE tenant_id = @tenant AND tool_id = @ToolId AND revision = @Revision
            """, new { definition, now, row.ToolId, row.Revision });
        if (changed == 0) throw ChangedMeanwhile();
        return (await FindAsync(unit, row.ToolId))!;
    }

    public static async Task DeleteAsync(UnitOfWork unit, ToolRow row)
    {
        var deleted = await unit.ExecuteAsync(
            "DELETE FROM tools WHERE tenant_id = @tenant AND tool_id = @ToolId AND revision = @Revision", new { row.ToolId, row.Revision });
        if (deleted == 0) throw ChangedMeanwhile();
    }

    private static AgentFactoryException NameTaken(ToolRow taken) => new(ErrorCodes.NameTaken, taken.IsBuiltin
        ? $"'{taken.Name}' is a built-in tool; choose another name."
        : $"There is a tool '{taken.Name}' already; replace it with PUT /v1/tools/{taken.Name}, or choose another name.", "name");

    private static AgentFactoryException ChangedMeanwhile() =>
        new(ErrorCodes.PreconditionFailed, "The tool was changed by somebody else at the same moment. Read it again and redo the change.",
            "If-Match");
}
