using AgentFactory.Core.Notebooks.Python;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>A code cell that was read as Python.</summary>
/// <param name="index">In the notebook, text cells counted.</param>
internal sealed class ProgramCell(int index, Module module)
{
    public int Index { get; } = index;
    public Module Module { get; } = module;
    public SourceText Source => Module.Source;

    public Provenance At(Node node) => new(Index, Source.Line(node));

    public string Text(Node node) => Source.Slice(node);
}
