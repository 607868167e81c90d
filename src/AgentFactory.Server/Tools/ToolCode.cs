using AgentFactory.Core;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Tools;

/// <summary>Reads a Python tool's module, without running it: does it parse, and does it have the function?</summary>
internal static class ToolCode
{
    public static void Check(PythonProgram program, FaultList faults)
    {
        Module module;
        try
        {
            module = PythonParser.ParseModule(program.Code);
        }
        catch (PythonSyntaxException e)
        {
            faults.Add("python.code", $"It is not valid Python at line {e.Line}, column {e.Column + 1}: {e.Reason}");
            return;
        }
        var path = program.Function.Split('.');
        var owner = path.Length == 1 ? module.Body : Names(module.Body).OfType<ClassDef>().LastOrDefault(c => c.Name == path[0])?.Body;
        if (owner is null)
        {
            faults.Add("python.function", $"The code has no class '{path[0]}'.{NearMatches.Hint(path[0], Defined(module.Body))}");
            return;
        }
        faults.AddIf(
            !Defined(owner).Contains(path[^1]), "python.function",
            $"The code defines no function '{program.Function}'.{NearMatches.Hint(path[^1], Defined(owner))}");
    }

    /// <summary>
    /// What the statements bind to a name: functions and classes, and what is assigned or imported, which may be callable too.
    /// </summary>
    private static HashSet<string> Defined(IReadOnlyList<Statement> body) =>
        Names(body).SelectMany(Bound).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Bound(Statement statement) => statement switch
    {
        FunctionDef f => [f.Name],
        ClassDef c => [c.Name],
        Assign a => a.Targets.OfType<Name>().Select(n => n.Id),
        AnnAssign { Value: not null, Target: Name n } => [n.Id],
        Import i => i.Names.Select(n => n.Asname ?? n.Name.Split('.')[0]),
        ImportFrom i => i.Names.Select(n => n.Asname ?? n.Name),
        _ => [],
    };

    /// <summary>The statements that run when the module is read, those in branches included.</summary>
    private static IEnumerable<Statement> Names(IReadOnlyList<Statement> body) => body.SelectMany(statement => statement switch
    {
        If s => Names([.. s.Body, .. s.Orelse]),
        Try s => Names([.. s.Body, .. s.Handlers.SelectMany(h => h.Body), .. s.Orelse, .. s.Finalbody]),
        With s => Names(s.Body),
        _ => [statement],
    });
}
