using System.Text;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Runs;

/// <summary>An answer that is shown while it is written, and not once more when it is whole.</summary>
internal sealed class LiveText(Printer print)
{
    private readonly StringBuilder _shown = new();
    private bool _lineIsOpen;

    public void Add(string text)
    {
        _shown.Append(text);
        _lineIsOpen = true;
        print.Piece(text);
    }

    public void EndLine()
    {
        if (_lineIsOpen) print.Line();
        _lineIsOpen = false;
    }

    /// <summary>What stands there was not the answer.</summary>
    public void Forget()
    {
        EndLine();
        _shown.Clear();
    }

    /// <summary>Leaves the whole answer on the screen; null when the run has none.</summary>
    public void Finish(string? answer)
    {
        EndLine();
        if (answer is not null && _shown.ToString() != answer) print.Line(answer);
    }
}
