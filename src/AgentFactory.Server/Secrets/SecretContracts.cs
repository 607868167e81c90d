namespace AgentFactory.Server.Secrets;

/// <param name="Value">1 to 65,536 characters. No answer ever holds it.</param>
internal sealed record PutSecretRequest(string Value);

internal sealed record SecretResponse(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
