namespace AgentFactory.Core.Notebooks.IPython;

/// <summary>A code cell without what only IPython understands.</summary>
/// <param name="Code">
/// Python with as many lines as the cell, so that line numbers hold. A directive leaves <c>pass</c> where a statement stood; the statement
/// that <c>%time</c> runs stays; <c>x = !cmd</c> becomes <c>x = get_ipython().getoutput(...)</c>, as IPython itself reads it. Only empty
/// lines when the cell is in another language.
/// </param>
/// <param name="Language">Null for Python; else the word after <c>%%</c>: <c>bash</c>, <c>html</c>, <c>writefile</c> and so on.</param>
/// <param name="Directives">Everything that was taken out, in the order of the cell.</param>
public sealed record IPythonCell(string Code, string? Language, IReadOnlyList<IPythonDirective> Directives);

/// <param name="Line">1-based, where it begins.</param>
/// <param name="Name">The magic's name; <c>!</c> for a shell command, <c>?</c> for help.</param>
/// <param name="Arguments">What follows on the line: the command, the magic's arguments, or the name that help is asked for.</param>
/// <param name="Text">The directive as it was written, without indentation; several lines when they were joined by backslashes.</param>
/// <param name="Body">The lines below a magic that makes the cell another language; else null.</param>
public sealed record IPythonDirective(IPythonDirectiveKind Kind, int Line, string Name, string Arguments, string Text, string? Body = null);

public enum IPythonDirectiveKind
{
    /// <summary><c>%name</c>, also as <c>x = %name</c>, and <c>pip install</c> without any mark.</summary>
    LineMagic,

    /// <summary><c>%%name</c> at the head of a cell.</summary>
    CellMagic,

    /// <summary><c>!command</c>, also as <c>x = !command</c>.</summary>
    Shell,

    /// <summary><c>name?</c>, <c>?name</c></summary>
    Help,
}
