using AgentFactory.Core;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>Answers the repetition of a POST that streamed a run, from the run's journal. Implemented by the noun that owns runs.</summary>
internal interface IStreamReplay
{
    /// <summary>Writes the whole stream of <paramref name="runId"/> from its first event, and follows it while it goes on.</summary>
    Task ReplayAsync(HttpContext context, TenantId tenant, Guid runId);
}
