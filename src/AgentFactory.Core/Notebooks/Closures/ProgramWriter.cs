using System.Text;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>A tool's program and what came out while it was put together.</summary>
/// <param name="State">Module variables it changes.</param>
/// <param name="Needs">What a person must grant: <c>network</c>, <c>files</c>, <c>processes</c>, <c>code</c>, <c>input</c>.</param>
/// <param name="Missing">Names it uses that the notebook never binds, or binds in a way only a notebook can.</param>
/// <param name="Local">Modules it imports that stand beside the notebook.</param>
/// <param name="Cells">Cells it is made of.</param>
internal sealed record WrittenProgram(
    PythonProgram Program, IReadOnlyList<string> State, IReadOnlyList<string> Needs, IReadOnlyList<string> Missing,
        IReadOnlyList<string> Local,
    IReadOnlySet<int> Cells);

/// <summary>
/// Puts a tool's program together: its function and, transitively, whatever of the notebook it uses, in the notebook's order.
/// </summary>
internal sealed class ProgramWriter(ModuleStatements module, Interpreter interpreter)
{
    private const int MaxCode = 1 << 20;
    private readonly CodeText code = new(interpreter);
    private readonly PartFactsCache pieces = new(interpreter);

    /// <param name="entry">How the function is called; a wrapper where the arguments don't fit as they come.</param>
    /// <returns>Null when the program would be larger than a tool may be, or is no Python any more.</returns>
    public WrittenProgram? Write(FunctionValue function, ToolEntry entry)
    {
        var parts = new ProgramParts(module, interpreter, code, pieces);
        parts.AddFunction(function);
        if (entry.Wrapper is { } wrapper) parts.AddText(wrapper);
        parts.Close();
        var text = Assemble(parts);
        if (Encoding.UTF8.GetByteCount(text) > MaxCode) return null;
        Module whole;
        try
        {
            whole = PythonParser.ParseModule(text);
        }
        catch (PythonSyntaxException)
        {
            return null;
        }
        var facts = new ProgramFacts(whole);
        var program = new PythonProgram(text, entry.Function) { Requirements = facts.Requirements, Secrets = facts.Secrets };
        return new WrittenProgram(program, parts.State, facts.Needs, parts.Missing, facts.Local, parts.Cells);
    }

    private static string Assemble(ProgramParts parts)
    {
        var text = new StringBuilder("from __future__ import annotations\n");
        foreach (var import in parts.Imports) text.Append('\n').Append(import);
        if (parts.Imports.Count > 0) text.Append('\n');
        var cell = -1;
        foreach (var (from, part) in parts.Texts)
        {
            text.Append('\n');
            if (from != cell && from >= 0) text.Append("# From cell ").Append(from).Append(" of the notebook\n");
            cell = from;
            text.Append(part.TrimEnd()).Append('\n');
        }
        return text.ToString();
    }
}
