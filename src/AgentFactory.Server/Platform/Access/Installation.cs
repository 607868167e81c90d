using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Access;

/// <summary>What is known of this installation once it has started.</summary>
internal sealed class Installation
{
    private TenantId? _operatorTenant;

    /// <summary>The tenant whose owner the operator is: the first one.</summary>
    public TenantId OperatorTenant => _operatorTenant ?? throw new InvalidOperationException("The first start has not happened yet.");

    /// <summary>
    /// The owner key of the first tenant, in the one process that made it; null in every later one. Shown once, never logged.
    /// </summary>
    public string? OwnerKey { get; private set; }

    public void Started(TenantId operatorTenant, string? ownerKey) => (_operatorTenant, OwnerKey) = (operatorTenant, ownerKey);
}
