using AgentFactory.Engines.Embedded;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

/// <summary>A SQLite database in a folder of its own, gone with the test.</summary>
internal sealed class EmbeddedDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("af-test-");

    public EmbeddedDatabase(IStatementObserver? observer = null)
    {
        Engine = SqliteEngine.Open(Path.Combine(_folder.FullName, "test.db"));
        Database = new Database(Engine, observer);
    }

    public SqliteEngine Engine { get; }
    public Database Database { get; }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
