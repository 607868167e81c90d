using System.ComponentModel;
using AgentFactory.Core;
using AgentFactory.Core.Runs;

namespace AgentFactory.Server.Sessions;

/// <summary>A session to start.</summary>
internal sealed record SessionRequest
{
    [Description("Name or id of the agent that answers in it.")]
    public required string Agent { get; init; }

    [Description("At most 32 pairs, keys up to 64 and values up to 1,024 characters. Never sent to a model.")]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>A session as it is shown.</summary>
internal sealed record SessionResponse(
    string Id, string Agent, string AgentId, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt)
{
    public const string Prefix = "ses";

    public static SessionResponse Of(SessionRow row) =>
        new(Ids.Encode(Prefix, row.SessionId), row.AgentName, Ids.Encode("agt", row.AgentId), row.Pairs, row.CreatedAt);
}

/// <summary>One message of the conversation, as the next run's model reads it.</summary>
/// <param name="Role"><c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="ToolCalls">What an assistant's message asks for.</param>
/// <param name="ToolCallId">The call that a tool's message answers.</param>
internal sealed record SessionMessage(string Role, string Text, IReadOnlyList<SessionCall>? ToolCalls, string? ToolCallId, string Run)
{
    public static SessionMessage Of(Guid runId, RunMessage message) => new(
        message.Role, message.Text,
        message.Calls.Count == 0 ? null : [.. message.Calls.Select(c => new SessionCall(c.Id, c.Tool, c.Arguments))],
        message.CallId, Ids.Encode("run", runId));
}

/// <param name="Arguments">As the model wrote them: JSON text, unless the model got it wrong.</param>
internal sealed record SessionCall(string Id, string Tool, string Arguments);
