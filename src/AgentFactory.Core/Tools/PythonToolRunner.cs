using System.Text.Json;
using AgentFactory.Core.Models;

namespace AgentFactory.Core.Tools;

/// <summary>
/// Runs Python tools in a sandbox. The tool's secrets are set as environment variables for the one call, and taken out of what comes
/// back, should the tool repeat them.
/// </summary>
public sealed class PythonToolRunner(ISandbox sandbox, ICredentialSource credentials) : IToolRunner
{
    /// <summary>Shorter values are too common in ordinary text to be taken out of it.</summary>
    private const int ShortestSecret = 6;

    private const int MaxPrinted = 4_000;

    public ToolKind Kind => ToolKind.Python;

    /// <summary>Few programs run at once. The sandbox ends each by its own clock, which starts when its turn has come.</summary>
    public TimeSpan Queue => TimeSpan.FromMinutes(5);

    public async Task<ToolResult> RunAsync(ToolDefinition tool, ToolCall call, CancellationToken cancellationToken)
    {
        var program = tool.Python ?? throw new InvalidOperationException("A Python tool has a program.");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in program.Secrets)
        {
            if (await credentials.FindOwnAsync(call.Tenant, name, cancellationToken) is not { } value)
                return new ToolResult(Unset(tool, name), IsError: true);
            environment[name] = value;
        }
        var limits = new SandboxLimits { WallTime = TimeSpan.FromSeconds(tool.TimeoutSeconds), CpuSeconds = tool.TimeoutSeconds };
        var request = new SandboxRequest(program, call.Arguments.GetRawText(), environment) { Limits = limits };
        var result = await sandbox.RunAsync(request, cancellationToken);
        return new ToolResult(Hide(Content(result), environment), IsError: result.Error is not null);
    }

    /// <summary>A returned text is itself; a tool that returns nothing said what it had to say by printing.</summary>
    private static string Content(SandboxResult result)
    {
        var printed = result.Output.Trim();
        if (result.Error is { } error) return printed.Length == 0 ? error : $"{error}\nIt printed:\n{Last(printed)}";
        using var value = JsonDocument.Parse(result.Json!, new JsonDocumentOptions { MaxDepth = 1_000 });
        return value.RootElement.ValueKind switch
        {
            JsonValueKind.String => value.RootElement.GetString()!,
            JsonValueKind.Null when printed.Length > 0 => printed,
            _ => result.Json!,
        };
    }

    private static string Unset(ToolDefinition tool, string secret) =>
        $"'{tool.Name}' needs the secret {secret}, which is not set. Set it with: agent-factory secret set {secret}";

    private static string Last(string printed) => printed.Length <= MaxPrinted ? printed : "…" + printed[^MaxPrinted..];

    private static string Hide(string content, Dictionary<string, string> secrets) => secrets
        .Where(secret => secret.Value.Length >= ShortestSecret)
        .Aggregate(content, (text, secret) => text.Replace(secret.Value, $"[{secret.Key}]", StringComparison.Ordinal));
}
