namespace AgentFactory.Core.Tests.Notebooks.Frameworks;

public sealed class SwarmRuleTests
{
    [Fact]
    public void Functions_that_return_an_agent_defined_later_hand_over_to_it()
    {
        var conversion = NotebookText.Convert("""
            from swarm import Swarm, Agent
            def transfer_to_b():
                return b
            def look(query: str, context_variables):
                '''Looks it up.'''
                return query
            a = Agent(name="A", instructions="First.", functions=[transfer_to_b, look])
            b = Agent(name="B", model="gpt-4o-mini")
            Swarm().run(agent=a, messages=[{"role": "user", "content": "Hi"}])
            """);
        Assert.Equal(["b"], conversion.Agent("a").Definition.Handoffs);
        Assert.Equal(["look"], conversion.Agent("a").Definition.Tools);
        Assert.False(conversion.Tool("look").Definition.Parameters.GetProperty("properties").TryGetProperty("context_variables", out _));
        Assert.Equal("openai/gpt-4o", conversion.Agent("a").Definition.Model);
        Assert.Equal("Hi", conversion.Examples.Single().Input);
    }
}
