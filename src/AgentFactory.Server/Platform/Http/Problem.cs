using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>A refusal as clients see it: RFC 9457 with a stable <c>code</c>, the field it is about, and the request's id.</summary>
/// <param name="Type">The page of the catalogue that explains the code.</param>
/// <param name="Errors">Every fault, where the content has several.</param>
internal sealed record Problem(
    string Type, string Title, int Status, string Detail, string Code, string? Param, string RequestId, IReadOnlyList<Fault>? Errors);
