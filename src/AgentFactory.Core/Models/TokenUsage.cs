namespace AgentFactory.Core.Models;

/// <summary>
/// Tokens of one model call or a sum of calls. <see cref="CachedInput"/> is a part of <see cref="Input"/>, <see cref="Reasoning"/> a part
/// of <see cref="Output"/>.
/// </summary>
public readonly record struct TokenUsage(long Input, long Output, long CachedInput = 0, long Reasoning = 0)
{
    public long Total => Input + Output;

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.CachedInput + b.CachedInput, a.Reasoning + b.Reasoning);

    public static TokenUsage Add(TokenUsage left, TokenUsage right) => left + right;
}
