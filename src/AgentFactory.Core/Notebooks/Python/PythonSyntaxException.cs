namespace AgentFactory.Core.Notebooks.Python;

/// <summary>The text is not Python. The message names what was found and holds at most one token of the text.</summary>
public sealed class PythonSyntaxException(int line, int column, string message) : Exception($"Line {line}, column {column + 1}: {message}")
{
    /// <summary>1-based.</summary>
    public int Line { get; } = line;

    /// <summary>0-based, in UTF-8 bytes.</summary>
    public int Column { get; } = column;

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; } = message;
}
