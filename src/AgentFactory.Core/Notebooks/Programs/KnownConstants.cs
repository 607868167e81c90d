using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Texts that libraries export and that prompts are built with.</summary>
internal static class KnownConstants
{
    /// <summary>Of the OpenAI Agents SDK; its documentation tells agents that hand off to begin their instructions with it.</summary>
    public const string HandoffPrompt =
        "# System context\nYou are part of a multi-agent system called the Agents SDK, designed to make agent coordination and "
            + "execution easy. "
        + "Agents uses two primary abstraction: **Agents** and **Handoffs**. An agent encompasses instructions and tools and can "
        + "hand off a "
        + "conversation to another agent when appropriate. Handoffs are achieved by calling a handoff function, generally named "
        + "`transfer_to_<agent_name>`. Transfers between agents are handled seamlessly in the background; do not mention or draw "
        + "attention to "
        + "these transfers in your conversation with the user.\n";

    public static Value? Find(string path) => path switch
    {
        "agents.extensions.handoff_prompt.RECOMMENDED_PROMPT_PREFIX" => TextValue.Of(HandoffPrompt),
        _ => null,
    };
}
