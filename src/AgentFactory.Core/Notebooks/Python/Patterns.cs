namespace AgentFactory.Core.Notebooks.Python;

/// <summary>A number, string or dotted name, compared by equality.</summary>
public sealed record MatchValue(Expression Value) : Pattern;

/// <summary><c>None</c>, <c>True</c> or <c>False</c> (as <see cref="Constant.Value"/> holds them), compared by identity.</summary>
public sealed record MatchSingleton(bool? Value) : Pattern;

public sealed record MatchSequence(IReadOnlyList<Pattern> Patterns) : Pattern;

/// <param name="Rest">The name after <c>**</c>.</param>
public sealed record MatchMapping(IReadOnlyList<Expression> Keys, IReadOnlyList<Pattern> Patterns, string? Rest) : Pattern;

/// <param name="KwdAttrs">The names before <c>=</c>, one for each of <paramref name="KwdPatterns"/>.</param>
public sealed record MatchClass(
    Expression Cls, IReadOnlyList<Pattern> Patterns, IReadOnlyList<string> KwdAttrs, IReadOnlyList<Pattern> KwdPatterns) : Pattern;

/// <param name="Name">Null for <c>*_</c>.</param>
public sealed record MatchStar(string? Name) : Pattern;

/// <summary><c>pattern as name</c>; a bare name has no pattern, <c>_</c> neither.</summary>
public sealed record MatchAs(Pattern? Pattern, string? Name) : Pattern;

public sealed record MatchOr(IReadOnlyList<Pattern> Patterns) : Pattern;
