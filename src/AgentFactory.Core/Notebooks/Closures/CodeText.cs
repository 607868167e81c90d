using System.Text;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>
/// The text of a definition or statement as a tool's program takes it: as written, without what only the agent framework needs.
/// </summary>
internal sealed class CodeText(Interpreter interpreter)
{
    public string Of(ProgramCell cell, Node node)
    {
        var edits = new List<(int Start, int End, string Text)>();
        foreach (var inner in node.Descendants().Prepend(node))
        {
            if (inner is FunctionDef function) DropDecorators(cell, function.DecoratorList, edits);
            if (inner is ClassDef type)
            {
                DropDecorators(cell, type.DecoratorList, edits);
                FreeFromFramework(cell, type, edits);
            }
        }
        var start = node is FunctionDef or ClassDef ? cell.Source.Text.Length - cell.Source.Text[StartOf(cell, node)..].Length : node.Start;
        return Apply(cell.Source.Text, start, node.End, edits);
    }

    /// <summary>The same for code that is indented where it stands: under a test that is always true, so that no line changes.</summary>
    public string OfIndented(ProgramCell cell, Node node)
    {
        var line = cell.Source.LineStart(cell.Source.LineAt(StartOf(cell, node)));
        var indent = cell.Source.Text[line..StartOf(cell, node)];
        return indent.Length > 0 && indent.All(c => c is ' ' or '\t') ? $"if True:\n{indent}{Of(cell, node)}" : Of(cell, node);
    }

    private static int StartOf(ProgramCell cell, Node node) => node.End - cell.Source.SliceWithDecorators(node).Length;

    private void DropDecorators(ProgramCell cell, IReadOnlyList<Expression> decorators, List<(int, int, string)> edits)
    {
        foreach (var decorator in decorators)
        {
            if (!AgentLibraries.IsFrameworkOrTracer(PathOf(decorator))) continue;
            var text = cell.Source.Text;
            var end = text.IndexOf('\n', decorator.End);
            edits.Add((text.LastIndexOf('@', decorator.Start), end < 0 ? decorator.End : end + 1 + IndentAt(text, end + 1), ""));
        }
    }

    /// <summary>
    /// A class made from a framework's tool class only to be one: the base goes, declared fields keep their defaults, and the object
    /// takes its
    /// fields as keyword arguments as before.
    /// </summary>
    private void FreeFromFramework(ProgramCell cell, ClassDef type, List<(int Start, int End, string Text)> edits)
    {
        if (type.Bases.Count == 0 || !type.Bases.All(b => AgentLibraries.IsFrameworkOrTracer(PathOf(b)))) return;
        edits.Add((type.Bases[0].Start, type.Bases[^1].End, ""));
        foreach (var field in type.Body.OfType<AnnAssign>())
        {
            if (field.Target is Name { Id: "args_schema" }) edits.Add((field.Start, field.End, "pass"));
            else if (field.Value is Call { Func: Name { Id: "Field" } } call)
            {
                var given = call.Keywords.FirstOrDefault(k => k.Arg == "default")?.Value ?? (call.Args.Count > 0 ? call.Args[0] : null);
                edits.Add((call.Start, call.End, given is null or Constant { Value: Ellipsis } ? "None" : cell.Text(given)));
            }
        }
        foreach (var field in type.Body.OfType<Assign>().Where(a => a.Targets is [Name { Id: "args_schema" }]))
            edits.Add((field.Start, field.End, "pass"));
        if (type.Body.Any(s => s is FunctionDef { Name: "__init__" })) return;
        var first = type.Body[0];
        var line = cell.Source.LineStart(cell.Source.LineAt(first.Start));
        var indent = cell.Source.Text[line..first.Start];
        if (!indent.All(c => c is ' ' or '\t')) return;
        edits.Add((type.End, type.End, $"\n\n{indent}def __init__(self, **fields):\n{indent}    self.__dict__.update(fields)"));
    }

    private string PathOf(Expression expression) => expression switch
    {
        Call call => PathOf(call.Func),
        Subscript item => PathOf(item.Value),
        Python.Attribute attribute => PathOf(attribute.Value) is { Length: > 0 } path ? $"{path}.{attribute.Attr}" : "",
        Name name => interpreter.Module.Find(name.Id) is ExternalValue external ? external.Path : "",
        _ => "",
    };

    private static int IndentAt(string text, int at) => text.Skip(at).TakeWhile(c => c is ' ' or '\t').Count();

    private static string Apply(string text, int start, int end, List<(int Start, int End, string Text)> edits)
    {
        var result = new StringBuilder();
        var at = start;
        foreach (var edit in edits.Where(e => e.Start >= start && e.End <= end).OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (edit.Start < at) continue;
            result.Append(text, at, edit.Start - at).Append(edit.Text);
            at = edit.End;
        }
        return result.Append(text, at, end - at).ToString();
    }
}
