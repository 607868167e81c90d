using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Methods of library objects whose result can be told from what the object was made with.</summary>
internal static class KnownMethods
{
    /// <summary>Null when the call is none of these, or its result is not known.</summary>
    public static Value? Call(ExternalValue method, CallArguments arguments, Interpreter interpreter) => method switch
    {
        { Root.Call: var made, Path: "string.Template.substitute" or "string.Template.safe_substitute" } =>
            made.Argument("template", 0) is TextValue template ? Substitute(template, arguments) : null,
        { Root.Call: var made, Path: "builtins.open.read" or "io.open.read" } => interpreter.Files.Text(made.Argument("file", 0)),
        { Root.Call: var made, Path: "pathlib.Path.read_text" } => interpreter.Files.Text(made.Argument("path", 0)),
        _ => null,
    };

    /// <summary><c>$name</c> and <c>${name}</c>; <c>$$</c> is a dollar. What is not given stays as it stands.</summary>
    private static TextValue Substitute(TextValue template, CallArguments arguments)
    {
        var given = arguments[0, "mapping"] as MappingValue;
        var parts = new List<TextValue>();
        foreach (var part in template.Parts)
        {
            if (part.IsPlaceholder)
            {
                parts.Add(TextValue.Placeholder(part.Text));
                continue;
            }
            var start = 0;
            for (var at = part.Text.IndexOf('$', StringComparison.Ordinal); at >= 0; at = part.Text.IndexOf('$', start))
            {
                parts.Add(TextValue.Of(part.Text[start..at]));
                var field = Field(part.Text, at + 1, out start);
                var value = field is null ? null : arguments.Find(field) ?? given?.Find(field);
                parts.Add(value is null ? TextValue.Of(field is null && start == at + 2 ? "$" : part.Text[at..start])
                    : PythonText.Str(value, field!));
            }
            parts.Add(TextValue.Of(part.Text[start..]));
        }
        return TextValue.Join(parts, composed: true);
    }

    /// <summary>The name behind a dollar and where the text goes on; null when there is none.</summary>
    private static string? Field(string text, int at, out int end)
    {
        var isBraced = at < text.Length && text[at] == '{';
        var start = isBraced ? at + 1 : at;
        var stop = start;
        while (stop < text.Length && (text[stop] == '_' || char.IsAsciiLetterOrDigit(text[stop]))) stop++;
        var isField = stop > start && !char.IsAsciiDigit(text[start]) && (!isBraced || (stop < text.Length && text[stop] == '}'));
        end = isField ? isBraced ? stop + 1 : stop : at < text.Length && text[at] == '$' ? at + 1 : at;
        return isField ? text[start..stop] : null;
    }
}
