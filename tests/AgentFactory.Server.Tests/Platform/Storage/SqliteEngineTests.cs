using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

public sealed class SqliteEngineTests : DatabaseEngineConformance
{
    private readonly EmbeddedDatabase _data = new();

    private protected override Database Open() => _data.Database;

    public override ValueTask DisposeAsync() => _data.DisposeAsync();
}
