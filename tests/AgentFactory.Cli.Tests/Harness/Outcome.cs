using System.Text.Json;

namespace AgentFactory.Cli.Tests.Harness;

/// <summary>What a command left behind: its exit code and its two streams.</summary>
internal sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>The output, all of it, as one JSON document; fails when it is anything else.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonElement.Parse(Output);
            }
            catch (JsonException e)
            {
                Assert.Fail($"not one JSON document ({e.Message}): {Output}\n{Error}");
                return default;
            }
        }
    }

    /// <summary>This very outcome, once it is seen to be a success.</summary>
    public Outcome Succeeds()
    {
        Assert.True(Code == 0, $"exit code {Code}: {Error}{Output}");
        return this;
    }

    /// <summary>
    /// A failure as a user should meet it: this code, nothing on the output, and one or a few plain lines that say
    /// <paramref name="parts"/>.
    /// </summary>
    public Outcome Fails(int code, params string[] parts)
    {
        Assert.True(Code == code, $"exit code {Code}, not {code}: {Error}{Output}");
        Assert.Equal("", Output);
        Assert.StartsWith("error: ", Error);
        Assert.All(parts, part => Assert.Contains(part, Error, StringComparison.Ordinal));
        var lines = Error.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 3, $"an error of {lines.Length} lines: {Error}");
        Assert.DoesNotContain(lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        return this;
    }
}
