namespace AgentFactory.Server.Runs;

/// <summary>What an operator may set about runs.</summary>
internal sealed class RunsOptions
{
    /// <summary>Seconds a lease lasts without a heartbeat, 5 to 600. Embedded stores have one owner and don't use it.</summary>
    public int LeaseSeconds { get; set; } = 45;

    /// <summary>Seconds between two looks for runs that nobody carries forward, 1 to 60.</summary>
    public int ClaimSeconds { get; set; } = 2;

    /// <summary>Seconds that a stopping server leaves its runs, half to end and half for the calls under way, 0 to 300.</summary>
    public int StopGraceSeconds { get; set; } = 10;

    /// <summary>Seconds between two signs of life on a stream with nothing to say, 1 to 300.</summary>
    public int KeepAliveSeconds { get; set; } = 15;
}
