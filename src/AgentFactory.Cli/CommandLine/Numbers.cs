using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AgentFactory.Cli.CommandLine;

/// <summary>Arguments and options that are numbers, refused in words when they are not.</summary>
internal static class Numbers
{
    private const int MostListed = 10_000;

    public static Option<int> Limit(int byDefault) => new("--limit")
    {
        Description = "How many at most",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Parse(result, "--limit", MostListed),
    };

    /// <summary>The number of a version.</summary>
    public static int Version(ArgumentResult result) => Parse(result, "A version", int.MaxValue);

    private static int Parse(ArgumentResult result, string what, int most)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
            return number;
        result.AddError($"{what} is a whole number from 1{(most < int.MaxValue ? $" to {most}" : " on")}, not '{text}'.");
        return 0;
    }
}
