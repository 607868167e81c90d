using System.Text.Json.Nodes;

namespace AgentFactory.Core.Models.Offline;

/// <summary>A call that the offline model wants to make.</summary>
internal sealed record OfflineCall(OfflineTool Tool, JsonObject Arguments);

/// <summary>Chooses the calls that a message asks for. Deterministic; the same message and tools give the same calls.</summary>
internal sealed class OfflineChoice(IReadOnlyList<OfflineTool> tools)
{
    private const int MostCalls = 8;

    /// <summary>What a tool must reach to be called at all: one telling word of its description, or better.</summary>
    private const double Least = 1;

    /// <summary>
    /// The calls in the order they were asked for. A hand-off goes alone. <paramref name="last"/> is the tool that an earlier message
    /// called: "and in Rome?" means it again.
    /// </summary>
    public List<OfflineCall> Of(OfflineText message, string? last)
    {
        if (Best(message) is { HandsOver: true } handOff) return [Call(handOff, message)];
        var own = new OfflineChoice([.. tools.Where(t => !t.HandsOver)]);
        var calls = own.OfParts(message.Parts());
        if (calls.Count == 0 && tools.FirstOrDefault(t => t.Name == last) is { HandsOver: false } again
            && Fill(again, message) is { Complete: true, Telling: true } filled)
            calls.Add(new OfflineCall(again, filled.Json));
        return [.. calls.DistinctBy(c => c.Tool.Name + c.Arguments.ToJsonString()).Take(MostCalls)];
    }

    /// <summary>The call to make when there must be one, of any tool or of <paramref name="name"/>; none without such a tool.</summary>
    public List<OfflineCall> Forced(OfflineText message, string? name)
    {
        var tool = name is null
            ? tools.OrderBy(t => t.HandsOver).ThenByDescending(t => Score(t, message)).FirstOrDefault()
            : tools.FirstOrDefault(t => t.Name == name);
        return tool is null ? [] : [Call(tool, message)];
    }

    /// <summary>Joins parts until they make a whole call, and begins another where a part asks for something of its own.</summary>
    private List<OfflineCall> OfParts(List<OfflineText> parts)
    {
        var calls = new List<OfflineCall>();
        (OfflineText Text, OfflineTool? Tool)? open = null;
        foreach (var (i, part) in parts.Index())
        {
            var own = Best(part);
            if (open is not { } request)
            {
                open = (part, own);
            }
            else if (request.Tool is null)
            {
                open = own is not null && part.BeginsSentence ? (part, own) : Grown(request.Text.Through(part));
            }
            else if (!Fill(request.Tool, request.Text).Complete)
            {
                open = Grown(request.Text.Through(part));
            }
            else if (own is not null && Fill(own, part).Complete)
            {
                calls.Add(Call(request.Tool, request.Text));
                open = (part, own);
            }
            else if (IsNextOfList(parts, i) && !request.Tool.TakesList && Fill(request.Tool, part) is { Complete: true, Telling: true })
            {
                calls.Add(Call(request.Tool, request.Text));
                open = (part, request.Tool);
            }
            else if (!part.BeginsSentence)
            {
                open = (request.Text.Through(part), request.Tool);
            }
        }
        if (open is { Tool: { } tool } rest) calls.Add(Call(tool, rest.Text));
        return calls;

        (OfflineText, OfflineTool?) Grown(OfflineText text) => (text, Best(text));
    }

    /// <summary>"Paris, Rome and Bonn" is a list; "Paris, France" is one thing.</summary>
    private static bool IsNextOfList(List<OfflineText> parts, int at) =>
        !parts[at].BeginsSentence && parts.Skip(at).TakeWhile((p, i) => i == 0 || !p.BeginsSentence).Any(p => p.IsJoined);

    private OfflineTool? Best(OfflineText text)
    {
        var (best, most) = ((OfflineTool?)null, 0.0);
        foreach (var tool in tools)
            if (Score(tool, text) is var score && score > most) (best, most) = (tool, score);
        return most >= Least ? best : null;
    }

    private double Score(OfflineTool tool, OfflineText text)
    {
        var score = tool.Evidence(text);
        foreach (var word in text.Words)
        {
            if (tool.Weight(word) is not (> 0 and var weight)) continue;
            // A word that every tool knows tells little about which one is meant.
            var known = tools.Count(t => t.Weight(word) > 0);
            score += weight * (1 + Math.Log2((double)tools.Count / known));
        }
        return score;
    }

    private static OfflineCall Call(OfflineTool tool, OfflineText text) => new(tool, Fill(tool, text).Json);

    private static FilledArguments Fill(OfflineTool tool, OfflineText text) => OfflineArguments.Fill(tool.Name, tool.Schema, text);
}
