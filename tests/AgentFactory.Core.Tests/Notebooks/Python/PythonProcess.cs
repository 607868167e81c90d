using System.ComponentModel;
using System.Diagnostics;

namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>The machine's Python, where there is one.</summary>
internal static class PythonProcess
{
    /// <summary>What a one-line program prints; null when the interpreter is absent.</summary>
    public static string? Print(string program, params IReadOnlyList<string> interpreter)
    {
        try
        {
            var start = new ProcessStartInfo(interpreter[0], [.. interpreter.Skip(1), "-c", program]) { RedirectStandardOutput = true };
            using var process = Process.Start(start);
            var output = process!.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The folder of its standard library.</summary>
    public static string? Library(params IReadOnlyList<string> interpreter) =>
        Print("import ast, os; print(os.path.dirname(ast.__file__))", interpreter);

    /// <summary>Installed packages are not the library; the files for tests of encodings are not UTF-8.</summary>
    private static readonly string[] Skipped = ["site-packages", "encoded_modules", "bad_coding"];

    /// <summary>Every Python file below a folder that is UTF-8 or Latin-1, in a fixed order.</summary>
    public static List<string> Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.py", SearchOption.AllDirectories)
            .Where(file => !Skipped.Any(name => file.Contains(name, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal),
    ];
}
