using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary><c>current_time</c>: the time now, in any zone of the IANA database.</summary>
internal sealed class CurrentTimeTool(TimeProvider time) : IBuiltinTool
{
    public ToolDefinition Definition { get; } = new()
    {
        Name = "current_time",
        Description = "The current date and time, as ISO 8601 with the offset of the time zone, and the day of the week.",
        Kind = ToolKind.Builtin,
        Effect = ToolEffect.Read,
        TimeoutSeconds = 5,
        // No dot: a zone's name becomes the name of a file.
        Parameters = BuiltinArguments.Schema("""
            {
              "type": "object",
              "properties": {
                "timezone": {
                  "type": "string", "pattern": "^[A-Za-z0-9_+/-]{1,64}$", "default": "UTC",
                  "description": "IANA time zone, for example Europe/Berlin; UTC unless given"
                }
              },
              "additionalProperties": false
            }
            """),
    };

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var name = call.Arguments.Text("timezone", "UTC");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            throw BuiltinArguments.Mistake(
                $"There is no time zone '{name}'. Use a name of the IANA database, for example Europe/Berlin or UTC.", "timezone");
        }
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone);
        var written = now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var answer = new CurrentTime(written, name, now.DayOfWeek.ToString());
        return Task.FromResult(new ToolResult(JsonSerializer.Serialize(answer, Wire.Options)));
    }

    private sealed record CurrentTime(string Time, string Timezone, string Weekday);
}
