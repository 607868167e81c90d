namespace AgentFactory.Server.Platform.Access;

/// <summary>Tells whose credential a request carries. Keys implement it; tokens of users will.</summary>
internal interface ICredentialCheck
{
    /// <summary>Whether <paramref name="credential"/> is of the kind this check knows, by its form alone.</summary>
    bool Knows(string credential);

    /// <summary>The caller, or null when the credential is unknown, revoked or expired: which of these is not told.</summary>
    ValueTask<Caller?> FindAsync(string credential, CancellationToken cancellationToken);
}
