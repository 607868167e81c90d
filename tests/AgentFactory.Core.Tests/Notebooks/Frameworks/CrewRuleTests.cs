using AgentFactory.Core.Notebooks;

namespace AgentFactory.Core.Tests.Notebooks.Frameworks;

public sealed class CrewRuleTests
{
    [Fact]
    public void Agents_tasks_and_a_crew_are_a_sequential_flow()
    {
        var conversion = NotebookText.Convert("""
            from crewai import Agent, Task, Crew, Process, LLM
            llm = LLM(model="openai/gpt-4o-mini", temperature=0.2)
            researcher = Agent(role="Senior Researcher", goal="Find {topic}", backstory="You know sources.", llm=llm)
            writer = Agent(role="Writer", goal="Write", backstory="You write well.", llm="gpt-4")
            research = Task(description="Research {topic}", expected_output="A list", agent=researcher)
            write = Task(description="Write about {topic}", expected_output="A text", agent=writer, context=[research])
            crew = Crew(agents=[researcher, writer], tasks=[research, write], process=Process.sequential)
            crew.kickoff(inputs={"topic": "rivers"})
            """);
        Assert.Equal(["senior-researcher", "writer"], conversion.Agents.Select(a => a.Definition.Name));
        Assert.Equal("You are Senior Researcher. You know sources.\nYour personal goal is: Find {topic}",
            conversion.Agents[0].Definition.Instructions);
        Assert.Equal(["openai/gpt-4o-mini", "openai/gpt-4"], conversion.Agents.Select(a => a.Definition.Model));
        var flow = conversion.Flow!;
        Assert.Equal("sequential", flow.Kind);
        Assert.Equal([new FlowEdge("START", "senior-researcher"), new FlowEdge("senior-researcher", "writer"),
            new FlowEdge("writer", "END")], flow.Edges);
        Assert.Equal("A text", flow.Steps[1].ExpectedOutput);
        Assert.Equal([0], flow.Steps[1].Context);
        Assert.Equal("""{"topic": "rivers"}""", conversion.Examples.Single().Input);
    }

    [Theory]
    [InlineData("adapter")]
    [InlineData("[adapter['search']]")]
    [InlineData("[adapter['search'], adapter['read']]")]
    public void Tools_of_a_server_are_told_as_such(string tools)
    {
        var conversion = NotebookText.Convert($"""
            from crewai import Agent
            from crewai_tools import MCPServerAdapter
            with MCPServerAdapter([dict(url="http://localhost:8000/sse")]) as adapter:
                agent = Agent(role="A", goal="g", backstory="b", tools={tools})
            """);
        Assert.Equal("mcp", conversion.UnavailableTools.Single().Kind);
        Assert.Equal(["mcp:server"], conversion.Agents.Single().UnavailableTools);
    }

    [Fact]
    public void Tools_put_together_at_run_time_are_told()
    {
        var conversion = NotebookText.Convert("""
            from crewai import Agent
            from library import load_tools
            agent = Agent(role="A", goal="g", backstory="b", tools=load_tools("web"))
            """);
        Assert.Contains(conversion.Findings, f => f.What.Contains("put together at run time", StringComparison.Ordinal));
    }

    [Fact]
    public void Decorated_functions_and_tool_classes_are_tools_and_ready_made_ones_are_left_out()
    {
        var conversion = NotebookText.Convert("""
            from crewai import Agent
            from crewai.tools import tool, BaseTool
            from crewai_tools import SerperDevTool
            from pydantic import BaseModel, Field
            from typing import Type
            @tool("Word Counter")
            def count(text: str) -> int:
                '''Counts words.'''
                return len(text.split())
            class Input(BaseModel):
                query: str = Field(..., description="What to ask.")
            class Ask(BaseTool):
                name: str = "Ask the base"
                description: str = Field(default="Asks it.")
                args_schema: Type[BaseModel] = Input
                def _run(self, query: str) -> str:
                    return f"{self.name}: {query}"
            agent = Agent(role="R", goal="G", backstory="B", tools=[count, Ask(), SerperDevTool()])
            """);
        Assert.Equal(["word_counter", "ask_the_base"], conversion.Agents.Single().Definition.Tools);
        Assert.Equal("Word Counter", conversion.Tool("word_counter").DeclaredName);
        Assert.Equal("Asks it.", conversion.Tool("ask_the_base").Definition.Description);
        Assert.Equal("What to ask.", conversion.Tool("ask_the_base").Definition.Parameters.GetProperty("properties").GetProperty(
            "query").GetProperty("description").GetString());
        Assert.Equal(["SerperDevTool"], conversion.Agents.Single().UnavailableTools);
        Assert.DoesNotContain("crewai", conversion.Tool("ask_the_base").Definition.Python!.Code, StringComparison.Ordinal);
    }
}
