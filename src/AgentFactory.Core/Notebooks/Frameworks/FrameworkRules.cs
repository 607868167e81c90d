using AgentFactory.Core.Notebooks.Frameworks.CrewAI;
using AgentFactory.Core.Notebooks.Frameworks.OpenAIAgents;
using AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>
/// Every rule, in the order they are applied: agents with a class of their own before plain model calls, the unknown last.
/// </summary>
internal static class FrameworkRules
{
    public static readonly IReadOnlyList<IFrameworkRule> All =
    [
        new AgentsSdkRule(),
        new SwarmRule(),
        new CrewRule(),
        new AssistantsRule(),
        new OpenAICallsRule(),
        new OtherFrameworksRule(),
    ];
}
