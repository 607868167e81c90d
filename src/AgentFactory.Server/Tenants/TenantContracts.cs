namespace AgentFactory.Server.Tenants;

/// <param name="Name">Unique in the installation: lower-case letters, digits and hyphens, 1 to 63 characters, beginning with a letter
/// or digit.</param>
internal sealed record CreateTenantRequest(string Name);

internal sealed record TenantResponse(string Id, string Name, DateTimeOffset CreatedAt);

/// <param name="Key">The owner key. It is shown this once.</param>
internal sealed record CreatedTenantResponse(string Id, string Name, string Key, DateTimeOffset CreatedAt);
