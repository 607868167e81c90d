namespace AgentFactory.Core.Notebooks.Python;

/// <summary>The text is not Python. The message says what was expected and what was found: at most 40 characters of the text.</summary>
public sealed class PythonSyntaxException(int line, int column, string reason) : Exception($"Line {line}, column {column + 1}: {reason}")
{
    /// <summary>1-based.</summary>
    public int Line { get; } = line;

    /// <summary>0-based, in UTF-8 bytes.</summary>
    public int Column { get; } = column;

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; } = reason;

    /// <summary>The same place as an offset into the text.</summary>
    public int Offset { get; internal init; }
}
