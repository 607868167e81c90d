namespace AgentFactory.Server.Platform.Chores;

/// <summary>
/// Something the process does now and then beside its requests: sweeping what has expired, writing down what was only counted.
/// </summary>
internal interface IChore
{
    /// <summary>How long to wait between two times; whole minutes.</summary>
    TimeSpan Every { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
