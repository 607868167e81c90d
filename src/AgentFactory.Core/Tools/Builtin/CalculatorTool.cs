namespace AgentFactory.Core.Tools.Builtin;

/// <summary><c>calculator</c>: arithmetic that is exact where it can be.</summary>
internal sealed class CalculatorTool : IBuiltinTool
{
    public ToolDefinition Definition { get; } = new()
    {
        Name = "calculator",
        Description = "Evaluates an arithmetic expression, exactly where possible (0.1 + 0.2 is 0.3). "
            + "Operators: + - * / // (floor division) % (remainder) ** or ^ (power), parentheses. "
            + "Constants: pi, e, tau. Functions: " + string.Join(", ", CalculatorFunctions.Names)
            + ". Angles are in radians; log(x) is the natural logarithm, log(x, base) any other; round(x, digits) rounds half to even.",
        Kind = ToolKind.Builtin,
        Effect = ToolEffect.Read,
        TimeoutSeconds = 5,
        Parameters = BuiltinArguments.Schema("""
            {
              "type": "object",
              "properties": {
                "expression": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "For example (17.5 * 3 - 4) / sqrt(16)"}
              },
              "required": ["expression"],
              "additionalProperties": false
            }
            """),
    };

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) =>
        Task.FromResult(new ToolResult(Evaluate(call.Arguments.Text("expression"), cancellationToken)));

    /// <summary>The value as text. Throws <see cref="AgentFactoryException"/> that names the position.</summary>
    public static string Evaluate(string expression, CancellationToken cancellationToken) =>
        new CalculatorParser(expression, cancellationToken).Evaluate().ToString();
}
