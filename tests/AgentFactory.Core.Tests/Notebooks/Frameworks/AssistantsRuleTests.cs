using AgentFactory.Core.Notebooks;

namespace AgentFactory.Core.Tests.Notebooks.Frameworks;

public sealed class AssistantsRuleTests
{
    [Fact]
    public void An_assistant_is_an_agent_as_its_last_update_leaves_it()
    {
        var conversion = NotebookText.Convert("""
            from openai import OpenAI
            client = OpenAI()
            def area(width: float, height: float): return width * height
            tutor = client.beta.assistants.create(name="Math Tutor", instructions="First.", model="gpt-4o", temperature=0.2)
            """, """
            tutor = client.beta.assistants.update(tutor.id, instructions="You explain sums.", tools=[{"type": "code_interpreter"},
                {"type": "function", "function": {"name": "area", "parameters": {"type": "object", "properties": {
                    "width": {"type": "number"}, "height": {"type": "number"}}}}}])
            thread = client.beta.threads.create()
            client.beta.threads.messages.create(thread_id=thread.id, role="user", content="How large is 2 by 3?")
            run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=tutor.id)
            """);
        var agent = conversion.Agents.Single();
        Assert.Equal(("math-tutor", "You explain sums.", "openai/gpt-4o", 0.2), (
            agent.Definition.Name, agent.Definition.Instructions, agent.Definition.Model, agent.Definition.Settings!.Temperature));
        Assert.Equal(["area"], agent.Definition.Tools);
        Assert.Equal(["hosted:code_interpreter"], agent.UnavailableTools);
        Assert.Equal("How large is 2 by 3?", conversion.Examples.Single().Input);
        Assert.Empty(conversion.NotConverted);
    }

    [Fact]
    public void Files_of_an_assistant_are_told_as_left_behind()
    {
        var conversion = NotebookText.Convert("""
            from openai import OpenAI
            OpenAI().beta.assistants.create(name="Reader", tools=[{"type": "file_search"}], tool_resources={"file_search": {"vector_store_ids": ["v"]}})
            """);
        Assert.Contains(conversion.Findings, f => f.Level == FindingLevel.Action && f.What.Contains("vector stores", StringComparison.Ordinal));
    }
}
