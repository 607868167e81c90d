namespace AgentFactory.Core;

/// <summary>
/// A refusal by a rule of the product. <see cref="Exception.Message"/> is meant for the caller: it says what is wrong and
/// the next step, and holds no secret, prompt or personal data.
/// </summary>
public sealed class AgentFactoryException : Exception
{
    /// <param name="code">An entry of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What is wrong and what to do next.</param>
    /// <param name="param">The field it is about, as a path (<c>tools[2].name</c>); null when it is about the whole request.</param>
    public AgentFactoryException(ErrorCode code, string message, string? param = null, Exception? inner = null) : base(message, inner)
    {
        Code = code;
        Param = param;
    }

    public ErrorCode Code { get; }
    public string? Param { get; }

    /// <summary>Seconds after which a retry makes sense; null when a retry changes nothing.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Every fault, where a content was checked as a whole; empty when <see cref="Exception.Message"/> says all.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>One of several faults of a content: the field as a path, what is wrong with it and what to do.</summary>
public sealed record Fault(string Param, string Message);
