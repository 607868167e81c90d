namespace AgentFactory.Cli.Tests.Harness;

/// <summary>For what must not differ by where the server is.</summary>
public sealed class EveryPlace : TheoryData<Place>
{
    public EveryPlace() => AddRange(Place.Folder, Place.Socket, Place.Url);
}
