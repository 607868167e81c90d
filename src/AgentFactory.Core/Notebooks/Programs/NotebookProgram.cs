using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Files;
using AgentFactory.Core.Notebooks.IPython;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Secrets;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>A statement of a cell that is no Python.</summary>
internal sealed record UnreadStatement(string Message, Provenance Origin);

/// <summary>A notebook as a program that was gone through: what framework rules read.</summary>
internal sealed class NotebookProgram
{
    private NotebookProgram(NotebookFile file, IReadOnlyList<ProgramCell> cells, Interpreter interpreter)
    {
        File = file;
        Cells = cells;
        Interpreter = interpreter;
        Annotations = new AnnotationReader(interpreter);
        Statements = new ModuleStatements(cells, interpreter.Files);
        Calls = [.. interpreter.Trace];
    }

    public NotebookFile File { get; }

    /// <summary>The cells that were read as Python.</summary>
    public IReadOnlyList<ProgramCell> Cells { get; }

    public Interpreter Interpreter { get; }
    public AnnotationReader Annotations { get; }
    public ModuleStatements Statements { get; }

    /// <summary>Every external call, in the order the interpreter came by them.</summary>
    public IReadOnlyList<ExternalCall> Calls { get; }

    public required IReadOnlyList<RemovedSecret> RemovedSecrets { get; init; }
    public required IReadOnlyList<UnreadStatement> Unread { get; init; }
    public required IReadOnlyList<InstalledPackage> Installed { get; init; }

    /// <summary>Cells that a magic makes something else than Python: <c>bash</c>, <c>writefile</c>, <c>html</c>.</summary>
    public required IReadOnlyDictionary<int, string> Languages { get; init; }

    /// <summary>Secrets are gone from the text before anything else reads it.</summary>
    public static NotebookProgram Read(NotebookFile file, CancellationToken cancellationToken)
    {
        var (removed, unread, installed) = (new List<RemovedSecret>(), new List<UnreadStatement>(), new List<InstalledPackage>());
        var (cells, languages, interpreter) = (
            new List<ProgramCell>(), new Dictionary<int, string>(), new Interpreter(cancellationToken));
        foreach (var cell in file.Cells.Where(c => IsPython(file, c)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = LiteralSecrets.Remove(cell.Source, cell.Index, removed);
            var clean = IPythonSource.Clean(text);
            installed.AddRange(InstalledPackages.Of(clean, cell.Index));
            var code = WrittenPython(clean, cell.Index, interpreter.Files) ?? clean.Code;
            if (clean.Language is { } language && code == clean.Code) languages[cell.Index] = language;
            var parsed = PythonParser.ParseTolerant(code);
            unread.AddRange(parsed.Faults.Select(f => new UnreadStatement(f.Message, new Provenance(cell.Index, f.Line))));
            cells.Add(new ProgramCell(cell.Index, parsed.Module));
        }
        foreach (var cell in cells) interpreter.RunCell(cell);
        interpreter.EnterUnreached();
        installed.AddRange(InstalledPackages.Of(interpreter.Trace));
        return new NotebookProgram(file, cells, interpreter)
        {
            RemovedSecrets = removed,
            Unread = unread,
            Installed = installed,
            Languages = languages,
        };
    }

    /// <summary>The Python that a cell writes to a file, on the cell's own lines; null when it writes none.</summary>
    private static string? WrittenPython(IPythonCell cell, int index, WrittenFiles files) =>
        cell is { Language: "writefile" or "file", Directives: [.., { Body: { } body } directive] } && files.Add(directive.Arguments, body, index)
            ? new string('\n', directive.Line) + body : null;

    public static bool IsPython(NotebookFile file, NotebookCell cell) => cell.Type == CellType.Code
        && (cell.Language ?? file.Language) == "python";

    public Value? Find(string name) => Interpreter.Module.Find(name);
}
