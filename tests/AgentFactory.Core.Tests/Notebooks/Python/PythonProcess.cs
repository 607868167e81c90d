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
            using var process = Process.Start(new ProcessStartInfo(interpreter[0], [.. interpreter.Skip(1), "-c", program]) { RedirectStandardOutput = true });
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
    public static string? Library(params IReadOnlyList<string> interpreter) => Print("import ast, os; print(os.path.dirname(ast.__file__))", interpreter);

    /// <summary>Every Python file below a folder that is UTF-8 or Latin-1, in a fixed order.</summary>
    public static List<string> Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.py", SearchOption.AllDirectories)
            .Where(file => !file.Contains("encoded_modules", StringComparison.Ordinal) && !file.Contains("bad_coding", StringComparison.Ordinal) && !file.Contains("site-packages", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];
}
