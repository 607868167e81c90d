using System.Diagnostics;
using System.Text.Json;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tests.Notebooks.Python;

namespace AgentFactory.Core.Tests.Notebooks;

/// <summary>Tools of conversions, run by the machine's own Python as the sandbox would run them.</summary>
internal static class PythonTool
{
    /// <summary>What <c>PROGRAM.function(**arguments)</c> returns, as JSON.</summary>
    public static async Task<string> RunAsync(ConvertedTool tool, string arguments)
    {
        Assert.SkipWhen(PythonProcess.Print("print(1)", "python3") is null, "There is no python3 here.");
        var program = tool.Definition.Python!;
        var script = $"""
            import asyncio, inspect, json, sys, types
            target = sys.modules["tool"] = types.ModuleType("tool")
            exec(compile({JsonSerializer.Serialize(program.Code)}, "tool.py", "exec"), target.__dict__)
            for part in "{program.Function}".split("."): target = getattr(target, part)
            value = target(**json.loads({JsonSerializer.Serialize(arguments)}))
            if inspect.isawaitable(value): value = asyncio.run(value)
            print(json.dumps(value))
            """;
        using var process = Process.Start(new ProcessStartInfo("python3", ["-I", "-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{error}\n{program.Code}");
        return output.Trim();
    }
}
