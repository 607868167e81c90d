namespace AgentFactory.Server.Runs;

/// <summary>What an operator may set about runs.</summary>
internal sealed class RunsOptions
{
    /// <summary>Seconds a lease lasts without a heartbeat, 5 to 600. Embedded stores have one owner and don't use it.</summary>
    public int LeaseSeconds { get; set; } = 45;
}
