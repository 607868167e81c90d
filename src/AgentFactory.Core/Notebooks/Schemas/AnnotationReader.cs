using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>
/// Annotations as types, with the names as they are bound at the notebook's end. Types in quotes are read as what they quote.
/// </summary>
internal sealed class AnnotationReader(Interpreter interpreter)
{
    public Value Evaluate(Expression annotation, ProgramCell cell, Scope scope) =>
        interpreter.Expressions.Evaluate(annotation, new Frame(cell, scope, null, null, isReached: true));

    /// <summary>A type in quotes; null when the text is none.</summary>
    public Value? Forward(string text)
    {
        if (text.Length > 500) return null;
        try
        {
            var module = PythonParser.ParseModule(text.Trim());
            return module.Body is [Expr expression] ? Evaluate(expression.Value, new ProgramCell(0, module), interpreter.Module) : null;
        }
        catch (PythonSyntaxException)
        {
            return null; // a text that stands where a type should
        }
    }
}
