namespace AgentFactory.Server.Platform.Health;

/// <summary>One thing without which the process can't do its work: the database, the loop that carries runs forward.</summary>
internal interface IReadinessProbe
{
    /// <summary>How <c>/health/ready</c> calls it: one snake_case word.</summary>
    string Name { get; }

    /// <summary>Null when all is well, else what is wrong and what to do, without secrets. Called often: it must be cheap.</summary>
    ValueTask<string?> FindFaultAsync(CancellationToken cancellationToken);
}
