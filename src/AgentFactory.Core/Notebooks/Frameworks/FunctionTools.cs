using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Closures;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>How a framework turns a function into a tool.</summary>
internal sealed record FunctionToolOptions
{
    /// <summary>The name the model sees; null for the function's.</summary>
    public string? Name { get; init; }

    /// <summary>Null for the docstring's.</summary>
    public string? Description { get; init; }

    /// <summary>The model sees the whole docstring, not only what stands before its sections.</summary>
    public bool WholeDocstring { get; init; }

    /// <summary>Types of parameters the framework passes by itself, by the last part of their path.</summary>
    public IReadOnlySet<string> Hidden { get; init; } = new HashSet<string>();

    /// <summary>A schema that the notebook states; null for that of the annotations.</summary>
    public JsonObject? Parameters { get; init; }

    /// <summary>Source of the object the method is called on; null for functions.</summary>
    public string? Owner { get; init; }

    /// <summary>What of its arguments the notebook gives itself; null for nothing.</summary>
    public PartialValue? Partial { get; init; }

    /// <summary>How it is called; null for what the signature tells.</summary>
    public ToolEntry? Entry { get; init; }

    /// <summary>Where the tool is declared; null for where the function is.</summary>
    public Provenance? Origin { get; init; }
}

/// <summary>Functions of the notebook as tools: the same for every framework but for the options.</summary>
internal static class FunctionTools
{
    public static ToolDraft Of(FunctionValue function, FunctionToolOptions options, NotebookDraft draft) =>
        draft.ToolOf((function.Definition, options.Name, options.Partial), () => Make(function, options, draft));

    private static ToolDraft Make(FunctionValue function, FunctionToolOptions options, NotebookDraft draft)
    {
        var annotations = draft.Program.Annotations;
        var documentation = function.Def is { } def ? Docstring.Of(def.Body) : Docstring.Empty;
        var visible = FunctionSchemas.Visible(function, annotations, options.Hidden, options.Partial?.Given).ToList();
        var name = function.Def is null ? ProgramParts.LambdaName(function) : function.Name;
        var tool = new ToolDraft
        {
            DeclaredName = options.Name ?? name,
            Description = options.Description ?? (options.WholeDocstring ? documentation.Whole : documentation.Description),
            Parameters = options.Parameters ?? FunctionSchemas.Of(function, annotations, options.Hidden, options.Partial?.Given),
            Function = function,
            Entry = options.Entry ?? Entry(function, name, visible, options, annotations),
            Origin = options.Origin ?? function.Origin,
        };
        tool.AddAlias(function.Name);
        return tool;
    }

    /// <summary>
    /// The one function of the notebook that a library makes a tool of: <c>as_tool(search, timeout=10)</c>. Null when there is none.
    /// </summary>
    public static FunctionValue? Wrapped(ExternalCall call)
    {
        var functions = call.Positional.Concat(call.Named.Select(n => n.Value)).OfType<FunctionValue>().Where(f => f.Def is not null).ToList();
        return functions is [var only] && call.Path[0] != '?' ? only : null;
    }

    public static void NoteWrapper(AgentDraft agent, ExternalCall call, FunctionValue function, NotebookDraft draft) =>
        draft.Note(FindingLevel.Warning, agent.DisplayName,
            $"{call.Path} makes the tool of {function.Name}; the function itself became the tool, without what {call.Member} adds.",
            "Check that the tool does what it did.", call.Origin);

    private static ToolEntry Entry(
        FunctionValue function, string name, IReadOnlyList<Arg> visible, FunctionToolOptions options, AnnotationReader annotations)
    {
        if (options.Partial is { } partial) return ToolEntry.Calling(function, partial.Source, ["**given"]);
        return function.Def is null ? new ToolEntry(name, null) : ToolEntry.Of(function, visible, options.Owner, annotations);
    }
}
