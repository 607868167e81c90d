using System.Collections;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Telemetry;

/// <summary>
/// What every log line of a request carries, and of the run it started: that goes on after the request, so nothing of the request
/// itself is held.
/// </summary>
internal sealed class RequestScope(string requestId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Set by authentication, which comes after the scope.</summary>
    public TenantId? Tenant { get; set; }

    public int Count => Tenant is null ? 1 : 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("request_id", requestId),
        1 when Tenant is { } tenant => new("tenant_id", tenant.ToString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"request_id:{requestId}";
}
