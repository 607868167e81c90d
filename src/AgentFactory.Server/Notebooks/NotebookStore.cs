using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Notebooks;

internal static class NotebookStore
{
    private const string Columns =
        "notebook_id AS NotebookId, name AS Name, file_name AS FileName, sha256 AS Sha256, installed AS Installed, created_at AS CreatedAt";

    /// <summary>One page, the newest first, without reports and conversions.</summary>
    public static Task<IReadOnlyList<NotebookRow>> ListAsync(UnitOfWork unit, ListQuery query) => unit.QueryAsync<NotebookRow>(
        $"SELECT {Columns} FROM notebooks WHERE tenant_id = @tenant AND notebook_id < @before ORDER BY notebook_id DESC LIMIT @Take",
        new { before = query.After ?? Guid.AllBitsSet, query.Take });

    public static Task<NotebookRow?> FindAsync(UnitOfWork unit, Guid id) => unit.FindAsync<NotebookRow>(
        $"SELECT {Columns}, report AS Report, conversion AS Conversion FROM notebooks WHERE tenant_id = @tenant AND notebook_id = @id",
        new { id });

    public static Task InsertAsync(UnitOfWork unit, NotebookRow row) => unit.ExecuteAsync(
        """
        INSERT INTO notebooks (tenant_id, notebook_id, name, file_name, sha256, report, conversion, installed, created_at)
        VALUES (@tenant, @NotebookId, @Name, @FileName, @Sha256, @Report, @Conversion, @Installed, @CreatedAt)
        """, row);

    /// <returns>False when there is none with that id.</returns>
    public static async Task<bool> DeleteAsync(UnitOfWork unit, Guid id) =>
        await unit.ExecuteAsync("DELETE FROM notebooks WHERE tenant_id = @tenant AND notebook_id = @id", new { id }) > 0;
}

/// <summary>One conversion as it is stored.</summary>
internal sealed record NotebookRow
{
    public Guid NotebookId { get; init; }
    public string Name { get; init; } = "";
    public string? FileName { get; init; }
    public string Sha256 { get; init; } = "";
    public string Report { get; init; } = "";
    public string Conversion { get; init; } = "";
    public string Installed { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }

    public Installed ToInstalled() => JsonSerializer.Deserialize<Installed>(Installed, Wire.Options)!;
}
