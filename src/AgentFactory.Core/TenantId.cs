namespace AgentFactory.Core;

/// <summary>Whose data it is. A type of its own, so that no other id can be passed where the tenant is meant.</summary>
public readonly record struct TenantId(Guid Value)
{
    public const string Prefix = "ten";

    public override string ToString() => Ids.Encode(Prefix, Value);
}
