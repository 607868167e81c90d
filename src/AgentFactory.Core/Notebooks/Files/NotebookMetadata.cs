using System.Text.Json;

namespace AgentFactory.Core.Notebooks.Files;

/// <summary>The few members of a notebook's and a cell's metadata that matter; every other shape is passed over.</summary>
internal static class NotebookMetadata
{
    /// <summary>
    /// The kernel's language: <c>kernelspec.language</c> or <c>language_info.name</c>, else what the kernel's name tells.
    /// </summary>
    public static string? ReadLanguage(ref NotebookJson json)
    {
        (string? language, string? kernel) = (null, null);
        if (!IsObject(ref json)) return null;
        while (json.NextMember(out var section))
        {
            if (section is not ("kernelspec" or "language_info")) json.Skip();
            else if (IsObject(ref json))
            {
                while (json.NextMember(out var name))
                {
                    if (json.Token != JsonTokenType.String) json.Skip();
                    else if ((section, name) is ("language_info", "name")) language = json.GetString();
                    else if ((section, name) is ("kernelspec", "language")) language ??= json.GetString();
                    else if ((section, name) is ("kernelspec", "name")) kernel = json.GetString();
                }
            }
        }
        return Normal(language) ?? Normal(kernel);
    }

    /// <summary>
    /// The language a cell names for itself: VS Code's <c>vscode.languageId</c>, Polyglot's <c>polyglot_notebook.kernelName</c>.
    /// </summary>
    public static string? ReadCellLanguage(ref NotebookJson json)
    {
        string? language = null;
        if (!IsObject(ref json)) return null;
        while (json.NextMember(out var section))
        {
            if (section is not ("vscode" or "polyglot_notebook" or "dotnet_interactive")) json.Skip();
            else if (IsObject(ref json))
            {
                while (json.NextMember(out var name))
                {
                    if (json.Token == JsonTokenType.String && name is "languageId" or "kernelName" or "language")
                        language = Normal(json.GetString());
                    else json.Skip();
                }
            }
        }
        return language;
    }

    private static bool IsObject(ref NotebookJson json)
    {
        if (json.Token == JsonTokenType.StartObject) return true;
        json.Skip();
        return false;
    }

    private static string? Normal(string? name) => name?.Trim().ToLowerInvariant() switch
    {
        null or "" => null,
        var n when n.StartsWith("python", StringComparison.Ordinal) || n.StartsWith("ipython", StringComparison.Ordinal) => "python",
        var n when n.StartsWith(".net", StringComparison.Ordinal) => "csharp",
        "ir" => "r",
        // A kernel's own name is free: conda environments and virtual environments are called anything, and run Python.
        var n => KnownLanguages.Contains(n) ? n : KnownLanguages
            .FirstOrDefault(k => k.Length > 2 && n.StartsWith(k + "-", StringComparison.Ordinal)),
    };

    private static readonly string[] KnownLanguages =
    [
        "r", "julia", "csharp", "c#", "fsharp", "f#", "javascript", "typescript", "deno", "java", "kotlin", "scala", "ruby", "rust",
        "go", "gonb", "c++", "cpp", "bash", "shell", "powershell", "pwsh", "sql", "html", "markdown", "mermaid", "matlab", "octave",
        "perl", "lua", "swift",
    ];
}
