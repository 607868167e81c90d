using System.IO.Compression;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

public sealed class DataBackupTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("af-test-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_parent.FullName, "data");
    private string Other => Path.Combine(_parent.FullName, "other");
    private string File1 => Path.Combine(_parent.FullName, "one.afbackup");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public async Task A_backup_taken_while_writes_go_on_restores_to_one_moment()
    {
        await UsingAsync(Data, async (database, backup, _) =>
        {
            using var stop = new CancellationTokenSource();
            var writing = Task.Run(async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++) await AddTenantsAsync(database, $"a{i}", $"b{i}");
            }, Cancelled);
            await backup.BackupAsync(File1, includeMasterKey: false, Cancelled);
            await stop.CancelAsync();
            await writing;
            Assert.NotEmpty(await TenantsAsync(database));
        });
        await DataRestore.RestoreAsync(File1, Other, replace: false, TimeProvider.System, Cancelled);
        await UsingAsync(Other, async (database, _, _) =>
        {
            var names = await TenantsAsync(database);
            Assert.Equal(names.Count(n => n[0] == 'a'), names.Count(n => n[0] == 'b'));
        });
    }

    [Fact]
    public async Task The_master_key_travels_only_when_asked_for()
    {
        byte[] key = [];
        var with = Path.Combine(_parent.FullName, "with.afbackup");
        await UsingAsync(Data, async (database, backup, folder) =>
        {
            key = folder.ReadMasterKey();
            await AddTenantsAsync(database, "acme");
            Assert.False((await backup.BackupAsync(File1, includeMasterKey: false, Cancelled)).HasMasterKey);
            Assert.True((await backup.BackupAsync(with, includeMasterKey: true, Cancelled)).HasMasterKey);
        });
        await using (var zip = await ZipFile.OpenReadAsync(File1, Cancelled))
            Assert.Equal(["manifest.json", "agent-factory.db"], zip.Entries.Select(e => e.FullName));

        Assert.False((await DataRestore.RestoreAsync(File1, Other, replace: false, TimeProvider.System, Cancelled)).HasMasterKey);
        var third = Path.Combine(_parent.FullName, "third");
        Assert.True((await DataRestore.RestoreAsync(with, third, replace: false, TimeProvider.System, Cancelled)).HasMasterKey);
        await UsingAsync(third, async (database, _, folder) =>
        {
            Assert.Equal(key, folder.ReadMasterKey());
            Assert.Equal(["acme"], await TenantsAsync(database));
        });
    }

    [Fact]
    public async Task Present_data_is_not_overwritten_unless_told_and_kept_aside_then()
    {
        await UsingAsync(Data, async (database, backup, _) =>
        {
            await AddTenantsAsync(database, "old");
            await backup.BackupAsync(File1, includeMasterKey: false, Cancelled);
            await AddTenantsAsync(database, "new");
        });
        var fault = await RefusedAsync(() => RestoreAsync(replace: false));
        Assert.Equal(ErrorCodes.Conflict, fault.Code);
        Assert.Contains("--replace", fault.Message, StringComparison.Ordinal);

        var restored = await RestoreAsync(replace: true);
        await UsingAsync(Data, async (database, _, _) => Assert.Equal(["old"], await TenantsAsync(database)));
        await using var kept = SqliteEngine.Open(Path.Combine(restored.KeptIn!, "agent-factory.db"));
        Assert.Equal(["new", "old"], await TenantsAsync(new Database(kept)));
    }

    [Fact]
    public async Task A_folder_that_is_being_served_is_not_restored_over()
    {
        await UsingAsync(Data, async (_, backup, _) =>
        {
            await backup.BackupAsync(File1, includeMasterKey: false, Cancelled);
            Assert.Equal(ErrorCodes.DataFolderBusy, (await RefusedAsync(() => RestoreAsync(replace: true))).Code);
        });
    }

    [Fact]
    public async Task An_existing_file_is_not_overwritten_by_a_backup()
    {
        await File.WriteAllTextAsync(File1, "precious", Cancelled);
        await UsingAsync(Data, async (_, backup, _) =>
        {
            async Task<ErrorCode> CodeAsync(string path) =>
                (await RefusedAsync(() => backup.BackupAsync(path, includeMasterKey: false, Cancelled))).Code;
            Assert.Equal(ErrorCodes.Conflict, await CodeAsync(File1));
            Assert.Equal(ErrorCodes.Invalid, await CodeAsync(Path.Combine(_parent.FullName, "no", "such", "folder.afbackup")));
        });
        Assert.Equal("precious", await File.ReadAllTextAsync(File1, Cancelled));
        Assert.Empty(Directory.GetFiles(_parent.FullName, "*.partial", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("agent-factory.db", "was altered")]
    [InlineData("manifest.json", "can't be read")]
    public async Task An_altered_backup_is_refused_and_changes_nothing(string entry, string reason)
    {
        await UsingAsync(Data, async (_, backup, _) => await backup.BackupAsync(File1, includeMasterKey: false, Cancelled));
        await ReplaceAsync(entry, content => { content[0] ^= 0x55; return content; });
        var fault = await RefusedAsync(() => DataRestore.RestoreAsync(File1, Other, replace: false, TimeProvider.System, Cancelled));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Other, "agent-factory.db")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Other, "backups")));
    }

    [Fact]
    public async Task A_file_that_unpacks_to_more_than_it_says_is_refused()
    {
        await UsingAsync(Data, async (_, backup, _) => await backup.BackupAsync(File1, includeMasterKey: false, Cancelled));
        await ReplaceAsync("agent-factory.db", content => [.. content, .. new byte[1 << 20]]);
        var fault = await RefusedAsync(() => DataRestore.RestoreAsync(File1, Other, replace: false, TimeProvider.System, Cancelled));
        Assert.Contains("longer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_backup_is_refused()
    {
        Assert.Equal(ErrorCodes.NotFound, (await RefusedAsync(() => RestoreAsync(replace: false))).Code);
        await File.WriteAllTextAsync(File1, "not a zip", Cancelled);
        Assert.Equal(ErrorCodes.Invalid, (await RefusedAsync(() => RestoreAsync(replace: false))).Code);
        File.Delete(File1);
        await using (var zip = await ZipFile.OpenAsync(File1, ZipArchiveMode.Create, Cancelled)) zip.CreateEntry("../agent-factory.db");
        Assert.Equal(ErrorCodes.Invalid, (await RefusedAsync(() => RestoreAsync(replace: false))).Code);
    }

    [Fact]
    public async Task A_backup_of_a_newer_schema_is_refused_and_names_the_release()
    {
        await UsingAsync(Data, async (_, backup, _) => await backup.BackupAsync(File1, includeMasterKey: false, Cancelled));
        await ReplaceAsync("manifest.json", content => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(content)
            .Replace("\"schema\":[", "\"schema\":[\"9999_future.sql\",", StringComparison.Ordinal)));
        var fault = await RefusedAsync(() => RestoreAsync(replace: true));
        Assert.Equal(ErrorCodes.SchemaTooNew, fault.Code);
        Assert.Contains("9999_future.sql", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_copied_before_a_migration_and_few_copies_are_kept()
    {
        await UsingAsync(Data, async (database, _, folder) =>
        {
            var copies = new MigrationCopies((SqliteEngine)database.Engine, folder, TimeProvider.System);
            var migrations = Migration.Embedded("sqlite").ToList();
            for (var i = 0; i < MigrationCopies.Kept + 2; i++)
            {
                migrations.Add(new Migration($"900{i}_test.sql", $"CREATE TABLE test{i} (n bigint);"));
                await new MigrationRunner(database, migrations, TimeProvider.System, copies.CopyAsync).RunAsync(Cancelled);
            }
            var kept = Directory.GetFiles(folder.BackupsPath).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(MigrationCopies.Kept, kept.Count);
            await using var last = SqliteEngine.Open(kept[^1]);
            var tables = await new Database(last).ReadPlatformAsync(unit => unit.QueryAsync<string>(
                "SELECT name FROM sqlite_master WHERE name LIKE 'test%' ORDER BY name"), Cancelled);
            Assert.Equal(Enumerable.Range(0, MigrationCopies.Kept + 1).Select(i => $"test{i}"), tables);
        });
    }

    private Task<RestoredData> RestoreAsync(bool replace) => DataRestore.RestoreAsync(File1, Data, replace, TimeProvider.System, Cancelled);

    private static Task<AgentFactoryException> RefusedAsync(Func<Task> work) => Assert.ThrowsAsync<AgentFactoryException>(work);

    private async Task ReplaceAsync(string entry, Func<byte[], byte[]> change)
    {
        await using var zip = await ZipFile.OpenAsync(File1, ZipArchiveMode.Update, Cancelled);
        var old = zip.GetEntry(entry)!;
        using var content = new MemoryStream();
        await using (var source = await old.OpenAsync(Cancelled)) await source.CopyToAsync(content, Cancelled);
        old.Delete();
        await using var target = await zip.CreateEntry(entry).OpenAsync(Cancelled);
        await target.WriteAsync(change(content.ToArray()), Cancelled);
    }

    private static async Task UsingAsync(string path, Func<Database, DataBackup, DataFolder, Task> work)
    {
        using var folder = DataFolder.Open(path);
        await using var engine = SqliteEngine.Open(folder.DatabasePath);
        var database = new Database(engine);
        await new MigrationRunner(database, Migration.Embedded("sqlite"), TimeProvider.System).RunAsync(Cancelled);
        await work(database, new DataBackup(engine, folder, database, TimeProvider.System), folder);
    }

    private static Task AddTenantsAsync(Database database, params string[] names) => database.WritePlatformAsync(async unit =>
    {
        foreach (var name in names)
            await unit.ExecuteAsync("INSERT INTO tenants (tenant_id, name, created_at) VALUES (@Id, @name, @At)",
                new { Id = Ids.New(TimeProvider.System), name, At = TimeProvider.System.GetUtcNow() });
    }, Cancelled);

    private static Task<IReadOnlyList<string>> TenantsAsync(Database database) =>
        database.ReadPlatformAsync(unit => unit.QueryAsync<string>("SELECT name FROM tenants ORDER BY name"), Cancelled);
}
