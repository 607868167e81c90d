namespace AgentFactory.Core.Notebooks.Python;

/// <summary>Beyond one of these the parser gives a <see cref="PythonSyntaxException"/>. No program that people wrote comes near.</summary>
public static class SyntaxLimits
{
    /// <summary>Levels of the tree. Every recursive walk over a parsed tree is safe on a thread's default stack.</summary>
    public const int MaxDepth = 1000;

    /// <summary>Open brackets and f-string fields around one place; CPython's own limit.</summary>
    public const int MaxBrackets = 200;

    /// <summary>Indented blocks around one line; CPython's own limit.</summary>
    public const int MaxIndents = 100;

    /// <summary>Digits of a decimal integer, whose value takes quadratic time to compute; CPython's own limit.</summary>
    public const int MaxDecimalDigits = 4300;
}
