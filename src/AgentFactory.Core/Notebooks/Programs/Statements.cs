using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Goes through statements. Tests that cannot be decided are gone through both ways, and the names of both are kept.</summary>
internal sealed class Statements(Interpreter interpreter)
{
    /// <summary>Items of a known list a loop is gone through for.</summary>
    private const int MaxRounds = 40;

    private Expressions Expressions => interpreter.Expressions;

    /// <summary>False when what follows the block is not reached: it returned, raised, or left its loop.</summary>
    public bool Run(IReadOnlyList<Statement> block, Frame frame)
    {
        foreach (var statement in block)
        {
            if (!Run(statement, frame)) return false;
        }
        return true;
    }

    private bool Run(Statement statement, Frame frame)
    {
        if (!interpreter.TryStep()) return false;
        switch (statement)
        {
            case Expr expression:
                Expressions.Evaluate(expression.Value, frame);
                return true;
            case Assign or AnnAssign or AugAssign or Delete or TypeAlias:
                Bindings.Run(statement, frame, Expressions, interpreter);
                return true;
            case FunctionDef or ClassDef or Import or ImportFrom:
                Definitions.Run(statement, frame, interpreter);
                return true;
            case Return done:
                frame.Returned.Add(done.Value is null ? Value.None : Expressions.Evaluate(done.Value, frame));
                return false;
            case Raise raise:
                if (raise.Exc is not null) Expressions.Evaluate(raise.Exc, frame);
                return false;
            case Break or Continue:
                return false;
            case Global names:
                foreach (var name in names.Names) frame.Scope.BindElsewhere(name);
                return true;
            case Nonlocal names:
                foreach (var name in names.Names) frame.Scope.BindElsewhere(name);
                return true;
            case Assert assertion:
                Expressions.Evaluate(assertion.Test, frame);
                return true;
            default:
                return RunCompound(statement, frame);
        }
    }

    private bool RunCompound(Statement statement, Frame frame) => statement switch
    {
        If branch => RunIf(branch, frame),
        For loop => RunFor(loop, frame),
        While loop => RunWhile(loop, frame),
        With with => RunWith(with, frame),
        Try attempt => RunTry(attempt, frame),
        Match match => RunMatch(match, frame),
        _ => true,
    };

    private bool RunIf(If branch, Frame frame) => ValueEquality.Truth(Expressions.Evaluate(branch.Test, frame)) switch
    {
        true => Run(branch.Body, frame),
        false => Run(branch.Orelse, frame),
        null => RunEither([branch.Body, branch.Orelse], frame),
    };

    /// <summary>Each block from the same start; afterwards the names of all that come to their end.</summary>
    private bool RunEither(IReadOnlyList<IReadOnlyList<Statement>> blocks, Frame frame)
    {
        var start = frame.Scope.Save();
        Dictionary<string, Value>? merged = null;
        foreach (var block in blocks)
        {
            frame.Scope.Restore(start);
            if (!Run(block, frame)) continue;
            if (merged is not null) frame.Scope.Merge(merged, start);
            merged = frame.Scope.Save();
        }
        frame.Scope.Restore(merged ?? start);
        return merged is not null;
    }

    private bool RunFor(For loop, Frame frame)
    {
        var items = Expressions.Evaluate(loop.Iter, frame);
        foreach (var item in Iteration.Items(items, loop.Target, MaxRounds))
        {
            Bindings.Bind(loop.Target, item, frame, Expressions, interpreter);
            Run(loop.Body, frame); // an early end of a round is not the end of what follows the loop
        }
        return Run(loop.Orelse, frame);
    }

    private bool RunWhile(While loop, Frame frame)
    {
        var test = ValueEquality.Truth(Expressions.Evaluate(loop.Test, frame));
        if (test != false) Run(loop.Body, frame);
        return Run(loop.Orelse, frame);
    }

    private bool RunWith(With with, Frame frame)
    {
        foreach (var item in with.Items)
        {
            var value = Expressions.Evaluate(item.ContextExpr, frame);
            if (item.OptionalVars is not null) Bindings.Bind(item.OptionalVars, value, frame, Expressions, interpreter);
        }
        return Run(with.Body, frame);
    }

    private bool RunTry(Try attempt, Frame frame)
    {
        var start = frame.Scope.Save();
        var ended = Run(attempt.Body, frame) && Run(attempt.Orelse, frame);
        var tried = frame.Scope.Save();
        foreach (var handler in attempt.Handlers)
        {
            frame.Scope.Restore(start);
            if (handler.Name is not null) frame.Scope.Bind(handler.Name, new UnknownValue(handler.Name));
            if (!Run(handler.Body, frame)) continue;
            if (ended) frame.Scope.Merge(tried, start);
            (ended, tried) = (true, frame.Scope.Save());
        }
        frame.Scope.Restore(tried);
        return Run(attempt.Finalbody, frame) && ended;
    }

    private bool RunMatch(Match match, Frame frame)
    {
        var subject = Expressions.Evaluate(match.Subject, frame);
        var blocks = new List<IReadOnlyList<Statement>>();
        foreach (var arm in match.Cases)
        {
            if (arm.Pattern is MatchValue literal
                && ValueEquality.Compare(subject, Expressions.Evaluate(literal.Value, frame)) is { } equal)
            {
                if (equal) return Run(arm.Body, frame);
                continue;
            }
            foreach (var capture in arm.Pattern.Descendants().Prepend(arm.Pattern).OfType<MatchAs>())
            {
                if (capture.Name is { } name) frame.Scope.Bind(name, capture == arm.Pattern ? subject : new UnknownValue(name));
            }
            if (arm.Guard is not null) Expressions.Evaluate(arm.Guard, frame);
            blocks.Add(arm.Body);
        }
        blocks.Add([]);
        return RunEither(blocks, frame);
    }
}
