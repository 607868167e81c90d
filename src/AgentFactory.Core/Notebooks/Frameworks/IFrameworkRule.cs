using AgentFactory.Core.Notebooks.Drafts;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>What is known of one framework: how its agents, tools and flows look in a program. Stateless.</summary>
internal interface IFrameworkRule
{
    /// <summary>The framework's distribution, or the API it stands for.</summary>
    string Framework { get; }

    /// <summary>Adds what it finds in the draft's program. Leaves what is not its framework's alone.</summary>
    void Apply(NotebookDraft draft);
}
