using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentFactory.Core.Tools;

namespace AgentFactory.Engines.Sandbox;

/// <summary>What is said to the driver inside the sandbox, and what its answer means. The driver's own text says the same.</summary>
internal static class SandboxProtocol
{
    private const int KilledBy = 128;

    private static readonly SearchValues<char> AfterName = SearchValues.Create("[<>=!~; @");

    public static byte[] Write(SandboxRequest request, IReadOnlyList<string> packages) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["code"] = request.Program.Code,
        ["function"] = request.Program.Function,
        ["arguments"] = JsonNode.Parse(request.ArgumentsJson),
        ["environment"] = new JsonObject(request.Environment.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["packages"] = new JsonArray([.. packages.Select(folder => (JsonNode?)folder)]),
        ["limits"] = new JsonObject
        {
            ["cpu_seconds"] = request.Limits.CpuSeconds,
            ["memory_bytes"] = request.Limits.MemoryBytes,
            ["file_bytes"] = request.Limits.FileBytes,
            ["processes"] = request.Limits.Processes,
        },
    });

    /// <summary>Null when the driver never began, so that nothing of the tool ran.</summary>
    public static SandboxResult? Read(SandboxEnd end, SandboxRequest request)
    {
        if (end.Stopped is { } stopped) return Failure($"The tool {stopped} and was stopped.", end);
        var lines = end.Answers.Split('\n');
        if (lines[0] != "started") return null;
        if (lines.Length < 2 || lines[1].Length == 0) return Failure(HowItDied(end.ExitCode, request.Limits), end);
        try
        {
            using var answer = JsonDocument.Parse(lines[1]);
            if (answer.RootElement.TryGetProperty("value", out var value))
            {
                // Read once, since a text that is none must not surprise whoever takes the result.
                if (value.ValueKind == JsonValueKind.String) value.GetString();
                return new SandboxResult(value.GetRawText(), null, end.Printed);
            }
            if (answer.RootElement.Deserialize<DriverError>() is { Error: not null } error)
                return Failure(error.Missing is { } module ? Missing(module, error.Error, request.Program) : error.Error, end);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No answer of the driver's: said below.
        }
        return Failure("The tool wrote over the answer of its own call.", end);
    }

    private static SandboxResult Failure(string error, SandboxEnd end) => new(null, error, end.Printed);

    private static string HowItDied(int exitCode, SandboxLimits limits) => (exitCode - KilledBy) switch
    {
        9 => "The tool was killed: it used too much memory or CPU time.",
        11 => "The tool crashed: segmentation fault.",
        24 => $"The tool used more than {limits.CpuSeconds} seconds of CPU time and was stopped.",
        > 0 and var signal => $"The tool was ended by signal {signal}.",
        _ => $"The tool ended the interpreter with exit code {exitCode} instead of returning.",
    };

    /// <summary>Names the package to install, which isn't always called as the module is.</summary>
    private static string Missing(string module, string error, PythonProgram program)
    {
        var top = module.Split('.')[0];
        var wanted = top.Replace('_', '-');
        var required = program.Requirements.FirstOrDefault(r => PackageOf(r).Equals(wanted, StringComparison.OrdinalIgnoreCase));
        var package = PackageOf(required ?? PythonPackages.Of(top));
        return $"{error}. The tool needs the Python package '{package}', which is not installed on this server. "
            + $"Debian and Ubuntu may have it: apt-get install python3-{package.ToLowerInvariant()}.";
    }

    /// <summary>The name in a requirement such as <c>requests[socks]&gt;=2</c>.</summary>
    private static string PackageOf(string requirement)
    {
        var end = requirement.AsSpan().IndexOfAny(AfterName);
        return (end < 0 ? requirement : requirement[..end]).Trim().Replace('_', '-');
    }

    private sealed record DriverError(
        [property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("missing")] string? Missing);
}
