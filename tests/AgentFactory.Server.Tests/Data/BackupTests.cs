using System.Net;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Data;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("af-backup-");
    private TestApp _app = null!;

    private string Target => Path.Combine(_files.FullName, "monday.afbackup");

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _files.Delete(recursive: true);
    }

    [Fact]
    public async Task Everything_is_there_again_where_the_backup_was_restored()
    {
        var acme = _app.Tenant("acme");
        await (await acme.Owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = "s3cret" })).JsonAsync(HttpStatusCode.Created);
        await (await acme.Owner.PostJsonAsync("/v1/agents", Agent("helper"))).JsonAsync(HttpStatusCode.Created);
        var run = await (await acme.Owner.PostJsonAsync("/v1/runs", new { agent = "helper", input = "What is 6 * 7?" })).JsonAsync();
        Assert.Equal("completed", run.GetProperty("outcome").GetString());

        var backup = await (await BackUpAsync(Target, includeMasterKey: true)).JsonAsync();
        Assert.Equal((Target, true), (backup.GetProperty("path").GetString(), backup.GetProperty("includes_master_key").GetBoolean()));
        Assert.Equal(new FileInfo(Target).Length, backup.GetProperty("bytes").GetInt64());
        await (await acme.Owner.PostJsonAsync("/v1/agents", Agent("later"))).JsonAsync(HttpStatusCode.Created);

        var folder = Path.Combine(_files.FullName, "restored");
        await DataRestore.RestoreAsync(Target, folder, replace: false, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var restored = await TestApp.StartAsync(new TestAppOptions { DataPath = folder });
        var owner = restored.WithKey(await acme.KeyAsync("*"));
        var agents = await (await owner.FetchAsync("/v1/agents")).JsonAsync();
        Assert.Equal(["helper"], agents.GetProperty("data").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        var found = await (await owner.FetchAsync("/v1/runs/" + run.GetProperty("id").GetString())).JsonAsync();
        Assert.Equal(run.GetProperty("output").GetString(), found.GetProperty("output").GetString());
        var again = await (await owner.PostJsonAsync("/v1/runs", new { agent = "helper", input = "What is 7 * 7?" })).JsonAsync();
        Assert.Contains("49", again.GetProperty("output").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_master_key_stays_where_it_is_unless_asked_for()
    {
        var backup = await (await BackUpAsync(Target, includeMasterKey: null)).JsonAsync();
        Assert.False(backup.GetProperty("includes_master_key").GetBoolean());
    }

    [Fact]
    public async Task A_target_that_cannot_be_written_is_refused_by_name()
    {
        await File.WriteAllTextAsync(Target, "precious", TestContext.Current.CancellationToken);
        (string Path, HttpStatusCode Status, string Code)[] cases =
        [
            ("monday.afbackup", HttpStatusCode.UnprocessableEntity, "invalid"),
            ("", HttpStatusCode.UnprocessableEntity, "invalid"),
            ("/", HttpStatusCode.Conflict, "conflict"),
            (Target, HttpStatusCode.Conflict, "conflict"),
            (_files.FullName, HttpStatusCode.Conflict, "conflict"),
            (Path.Combine(_files.FullName, "no", "such.afbackup"), HttpStatusCode.UnprocessableEntity, "invalid"),
            ("/" + new string('n', 5000), HttpStatusCode.UnprocessableEntity, "invalid"),
        ];
        foreach (var (path, status, code) in cases)
            Assert.Equal("path", (await (await BackUpAsync(path, includeMasterKey: null)).ProblemAsync(status, code)).Param());
        Assert.Equal("precious", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_files.FullName));
    }

    private Task<HttpResponseMessage> BackUpAsync(string path, bool? includeMasterKey) => includeMasterKey is { } include
        ? _app.Operator.PostJsonAsync("/v1/data/backup", new { path, include_master_key = include })
        : _app.Operator.PostJsonAsync("/v1/data/backup", new { path });

    private static object Agent(string name) =>
        new { name, instructions = "Calculate.", model = "demo/offline", tools = new[] { "calculator" } };
}
