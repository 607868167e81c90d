using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Connection;

/// <summary>The path of one thing, named by what was typed.</summary>
internal static class ApiPath
{
    /// <param name="nouns">As in the route: <c>agents</c>.</param>
    /// <param name="noun">For people: <c>agent</c>.</param>
    public static string Of(string nouns, string noun, string id)
    {
        // A URL would lose the first three and name something else; servers refuse control characters in one.
        if (id is "" or "." or ".." || id.Any(char.IsControl))
            throw new CliException(ExitCodes.NotFound, $"There is no {noun} '{id}'. agent-factory {noun} list shows what there is.");
        return $"/v1/{nouns}/{Uri.EscapeDataString(id)}";
    }
}
