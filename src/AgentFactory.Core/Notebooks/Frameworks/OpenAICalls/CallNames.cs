using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>Names for agents that have none: of the functions and classes around the request, else of the notebook.</summary>
internal static class CallNames
{
    private static readonly HashSet<string> General = new(StringComparer.Ordinal)
    {
        "main", "run", "call", "ask", "chat", "generate", "invoke", "execute", "complete", "completion", "get_completion",
        "get_response", "query", "respond", "__init__", "__call__", "predict", "llm", "call_llm", "call_openai", "chat_completion",
        "generate_response",
    };

    /// <summary>Null when the notebook's name says more than anything around the call.</summary>
    public static string? Of(ExternalCall call)
    {
        var named = call.Through.Where(f => f.Def is not null).ToList();
        if (named.Count == 0) return null;
        var inner = named[^1];
        if (!IsGeneral(inner)) return inner.Name;
        // `ask(system, question)` is a way to ask; who asks is further out.
        var outer = named.SkipLast(1).LastOrDefault(f => !IsGeneral(f));
        return outer?.Name ?? inner.Class?.Name ?? (inner.Name is "main" or "run" ? null : inner.Name);
    }

    private static bool IsGeneral(FunctionValue function) =>
        General.Contains(function.Name) || General.Contains(function.Name.TrimStart('_'));

    /// <summary>Agents of one request are called by the innermost function that is not common to all of them.</summary>
    public static void TellApart(IReadOnlyList<AgentDraft> agents)
    {
        foreach (var agent in agents)
        {
            var own = agent.Call.Through.Reverse().FirstOrDefault(f => f.Def is not null
                && !agents.All(a => a.Call.Through.Any(g => g.Definition == f.Definition)));
            if (own is not null) agent.FallbackName = own.Name;
        }
    }

    public static IEnumerable<string> Aliases(ExternalCall call) => call.Through.Where(f => f.Def is not null && f.Name[0] != '_')
        .Select(f => f.Name).Reverse()
        .Concat(call.Through.Select(f => f.Class?.Name).OfType<string>())
        .Concat(call.Names)
        .Concat(call.Root?.Call.Names ?? [])
        .Distinct();
}
