namespace AgentFactory.Server.Keys;

/// <param name="Name">What people call it: 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: at least one, none that the key it is made with lacks.</param>
/// <param name="ExpiresAt">When it stops working; never when left out.</param>
internal sealed record CreateKeyRequest(string Name, IReadOnlyList<string> Scopes, DateTimeOffset? ExpiresAt = null);

/// <param name="Key">The text to send. It is shown this once, in the answer that made the key.</param>
/// <param name="LastUsedAt">To the minute.</param>
internal sealed record KeyResponse(
    string Id, string Name, IReadOnlyList<string> Scopes, string? Key, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt);
