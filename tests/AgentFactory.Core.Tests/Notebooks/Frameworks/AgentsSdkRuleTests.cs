using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Notebooks.Frameworks;

public sealed class AgentsSdkRuleTests
{
    [Fact]
    public void An_agent_has_its_name_instructions_model_and_settings()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent, ModelSettings
            from textwrap import dedent
            helper = Agent(name="Travel Helper", instructions=dedent('''
                You plan trips.
                  Be brief.
                '''), model="gpt-4.1-mini", model_settings=ModelSettings(temperature=0.5, max_tokens=300), handoff_description="Plans trips")
            """);
        var agent = conversion.Agents.Single();
        Assert.Equal("travel-helper", agent.Definition.Name);
        Assert.Equal("Travel Helper", agent.Definition.Title);
        Assert.Equal("Plans trips", agent.Definition.Description);
        Assert.Equal("\nYou plan trips.\n  Be brief.\n", agent.Definition.Instructions);
        Assert.Equal("openai/gpt-4.1-mini", agent.Definition.Model);
        Assert.Equal(new ModelSettings { Temperature = 0.5, MaxOutputTokens = 300 }, agent.Definition.Settings);
        Assert.Equal(["helper"], agent.Aliases);
        Assert.Equal(new Provenance(0, 3), agent.Origin);
    }

    [Fact]
    public void Static_factory_methods_make_agents_with_their_default_arguments()
    {
        var conversion = NotebookText.Convert("""
            import agents as sdk
            class Factory:
                @staticmethod
                def writer(model: str = 'gpt-4o'):
                    return sdk.Agent(name='Writer', instructions=f'You write with {model}.', model=model)
            a = Factory.writer()
            b = Factory.writer(model='o3-mini')
            """);
        Assert.Equal(["writer", "writer-2"], conversion.Agents.Select(a => a.Definition.Name));
        Assert.Equal(["openai/gpt-4o", "openai/o3-mini"], conversion.Agents.Select(a => a.Definition.Model));
        Assert.Equal("You write with o3-mini.", conversion.Agents[1].Definition.Instructions);
    }

    [Fact]
    public void A_function_tool_becomes_a_python_tool_with_schema_and_description()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent, function_tool, RunContextWrapper
            @function_tool
            def weather(ctx: RunContextWrapper, city: str, days: int = 3) -> str:
                '''Tells the weather.

                Args:
                    city: Where.
                    days: How many days.
                '''
                return f"{city}: sun"
            @function_tool(name_override="add_up", description_override="Adds.")
            async def add(numbers: list[float]):
                return sum(numbers)
            agent = Agent(name="A", tools=[weather, add])
            """);
        var weather = conversion.Tool("weather").Definition;
        Assert.Equal("Tells the weather.", weather.Description);
        Assert.Equal(ToolKind.Python, weather.Kind);
        Assert.Equal(ToolEffect.Read, weather.Effect);
        Assert.Equal(
            """{"type":"object","properties":{"city":{"type":"string","description":"Where."},"days":{"type":"integer","description":"How many days.","default":3}},"required":["city"],"additionalProperties":false}""",
            weather.Parameters.GetRawText());
        Assert.Equal("Adds.", conversion.Tool("add_up").Definition.Description);
        Assert.Equal(["weather", "add_up"], conversion.Agent("a").Definition.Tools);
    }

    [Theory]
    [InlineData("a.tools.append(b.as_tool('ask_b', 'Asks.'))\na.handoffs = [b]")]
    [InlineData("a.tools += [b.as_tool('ask_b', 'Asks.')]\na.handoffs.extend([b])")]
    [InlineData("a.tools.insert(0, b.as_tool('ask_b', 'Asks.'))\na.handoffs.append(b)")]
    public void What_is_set_on_an_agent_after_it_was_made_counts(string later)
    {
        var conversion = NotebookText.Convert(
            "from agents import Agent\na = Agent(name='A', instructions='First.')\nb = Agent(name='B')", later + "\na.instructions = 'Last.'");
        var agent = conversion.Agent("a").Definition;
        Assert.Equal("Last.", agent.Instructions);
        Assert.Equal(["ask_b"], agent.Tools);
        Assert.Equal(["b"], agent.Handoffs);
    }

    [Fact]
    public void Equal_names_in_functions_that_have_nothing_in_common_are_two_agents()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent, Runner
            async def sort():
                agent = Agent(name="Assistant", instructions="You sort.")
                await Runner.run(agent, "a")
            async def count():
                agent = Agent(name="Assistant", instructions="You count.")
                await Runner.run(agent, "b")
            """, "await sort(); await count()");
        Assert.Equal(["You sort.", "You count."], conversion.Agents.Select(a => a.Definition.Instructions));
        var again = NotebookText.Convert("""
            from agents import Agent
            def make(): return Agent(name="Assistant", instructions="First try.")
            agent = make()
            """, """
            def make(): return Agent(name="Assistant", instructions="Second try.")
            agent = make()
            """);
        Assert.Equal("Second try.", again.Agents.Single().Definition.Instructions);
    }

    [Fact]
    public void Partials_give_some_arguments_and_the_model_the_others()
    {
        var conversion = NotebookText.Convert("""
            from functools import partial
            from agents import *
            make = partial(Agent, model="gpt-4o-mini")
            def fetch(base: str, path: str, limit: int = 3) -> str:
                '''Fetches a page.'''
                return base + path
            agent = make(name="A", tools=[function_tool(partial(fetch, "x:", limit=2), name_override="get")])
            """);
        Assert.Equal("openai/gpt-4o-mini", conversion.Agents.Single().Definition.Model);
        Assert.Equal(
            """{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false}""",
            conversion.Tool("get").Definition.Parameters.GetRawText());
        Assert.Equal(["get"], conversion.Agents.Single().Definition.Tools);
    }

    [Fact]
    public void A_function_that_another_library_makes_a_tool_of_is_the_tool_with_a_warning()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent
            from durable.workflow import activity_as_tool
            def rain(city: str) -> str:
                '''Tells the rain.'''
                return city
            agent = Agent(name="A", tools=[activity_as_tool(rain, timeout=10)])
            """);
        Assert.Equal("Tells the rain.", conversion.Tool("rain").Definition.Description);
        Assert.Contains(conversion.Findings, f => f.What.Contains("activity_as_tool makes the tool of rain", StringComparison.Ordinal));
    }

    [Fact]
    public void Handoffs_agents_as_tools_and_functions_that_return_or_run_agents_are_links()
    {
        var conversion = NotebookText.Convert(
            """
            from agents import Agent, Handoff, Runner, function_tool, handoff
            a = Agent(name="A")
            b = Agent(name="B")
            c = Agent(name="C")
            d = Agent(name="D")
            @function_tool
            def delegate_to_c() -> Handoff:
                return Handoff(to=c)
            @function_tool
            async def ask_d(question: str) -> str:
                '''Asks D.'''
                result = await Runner.run(d, question)
                return result.final_output
            """,
            """
            boss = Agent(name="Boss", handoffs=[a, handoff(b)], tools=[delegate_to_c, ask_d, a.as_tool(tool_name="ask_a", tool_description="Asks A.")])
            """);
        var boss = conversion.Agent("boss").Definition;
        Assert.Equal(["a", "b", "c"], boss.Handoffs);
        Assert.Equal(["ask_d", "ask_a"], boss.Tools);
        Assert.Equal(("d", ToolKind.Agent), (conversion.Tool("ask_d").Definition.Agent, conversion.Tool("ask_d").Definition.Kind));
        Assert.Equal("Asks A.", conversion.Tool("ask_a").Definition.Description);
        Assert.Contains("delegate_to_c", conversion.Agent("c").Aliases);
        Assert.Equal("handoff", conversion.Flow!.Kind);
    }

    [Fact]
    public void Hosted_tools_and_servers_are_left_out_and_said()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent, WebSearchTool
            from agents.mcp import MCPServerStdio
            server = MCPServerStdio(params={"command": "uvx", "args": ["mcp-server-fetch"]})
            agent = Agent(name="A", tools=[WebSearchTool()], mcp_servers=[server])
            """);
        Assert.Empty(conversion.Agents.Single().Definition.Tools);
        Assert.Equal(["hosted:web_search", "mcp:mcp-server-fetch"], conversion.Agents.Single().UnavailableTools);
        Assert.Contains(conversion.Findings, f => f.Level == FindingLevel.Action
            && f.What.Contains("hosted:web_search", StringComparison.Ordinal));
    }

    [Fact]
    public void An_output_type_becomes_a_schema()
    {
        var agent = NotebookText.Convert("""
            from agents import Agent
            from pydantic import BaseModel, Field
            from typing import Literal, Optional
            class Item(BaseModel):
                name: str
                price: Optional[float] = None
            class Order(BaseModel):
                '''An order.'''
                items: list[Item] = Field(description="What was bought.")
                state: Literal["open", "done"] = "open"
            agent = Agent(name="A", output_type=Order)
            """).Agents.Single();
        Assert.Equal("Order", agent.OutputType);
        Assert.Equal(
            """{"type":"object","description":"An order.","properties":{"items":{"type":"array","items":{"$ref":"#/$defs/Item"},"description":"What was bought."},"state":{"type":"string","enum":["open","done"],"default":"open"}},"required":["items"],"$defs":{"Item":{"type":"object","properties":{"name":{"type":"string"},"price":{"anyOf":[{"type":"number"},{"type":"null"}],"default":null}},"required":["name"]}}}""",
            agent.Definition.OutputSchema!.Value.GetRawText());
    }

    [Theory]
    [InlineData("model=None", "openai/gpt-4.1", null)]
    [InlineData("model='litellm/anthropic/claude-3-5-haiku'", "anthropic/claude-3-5-haiku", "litellm/anthropic/claude-3-5-haiku")]
    [InlineData("model=LitellmModel(model='gemini/gemini-2.0-flash', api_key=key)", "gemini/gemini-2.0-flash", "gemini/gemini-2.0-flash")]
    [InlineData("model=OpenAIChatCompletionsModel(model='gemini-2.5-flash', openai_client=client)", "gemini/gemini-2.5-flash", "gemini-2.5-flash")]
    [InlineData("model=os.getenv('MODEL', 'gpt-4o')", "openai/gpt-4o", "gpt-4o")]
    [InlineData("model=os.environ['MODEL']", "openai/gpt-4.1", null)]
    public void Models_are_named_with_their_provider(string argument, string model, string? declared)
    {
        var agent = NotebookText.Convert($"""
            import os
            from openai import AsyncOpenAI
            from agents import Agent, OpenAIChatCompletionsModel
            from agents.extensions.models.litellm_model import LitellmModel
            key = os.environ["GEMINI_API_KEY"]
            client = AsyncOpenAI(api_key=key, base_url="https://generativelanguage.googleapis.com/v1beta/openai/")
            agent = Agent(name="A", {argument})
            """).Agents.Single();
        Assert.Equal(model, agent.Definition.Model);
        Assert.Equal(declared, agent.DeclaredModel);
    }

    [Fact]
    public void Inputs_of_runs_become_examples_and_a_guardrail_is_reported()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent, Runner, input_guardrail, GuardrailFunctionOutput
            checker = Agent(name="Checker", instructions="Check.")
            @input_guardrail
            async def is_fine(ctx, agent, input):
                result = await Runner.run(checker, input)
                return GuardrailFunctionOutput(output_info=result, tripwire_triggered=False)
            agent = Agent(name="A", instructions="Help.", input_guardrails=[is_fine])
            async def main():
                print((await Runner.run(agent, "Hello there")).final_output)
            await main()
            """);
        Assert.Equal(("a", "Hello there"), conversion.Examples.Select(e => (e.Agent, e.Input)).Single());
        Assert.Equal("guardrail", conversion.Flow!.Kind);
        Assert.Contains(conversion.Findings, f => f.What.Contains("guardrail is_fine", StringComparison.Ordinal));
    }

    [Fact]
    public void A_clone_keeps_what_it_does_not_change()
    {
        var conversion = NotebookText.Convert("""
            from agents import Agent
            first = Agent(name="First", instructions="Be kind.", model="gpt-4o")
            second = first.clone(name="Second")
            """);
        Assert.Equal("Be kind.", conversion.Agent("second").Definition.Instructions);
        Assert.Equal("openai/gpt-4o", conversion.Agent("second").Definition.Model);
    }

    [Fact]
    public void Another_frameworks_agent_of_the_same_name_is_not_one()
    {
        var conversion = NotebookText.Convert("from pydantic_ai import Agent\nagent = Agent('openai:gpt-4o', system_prompt='Be kind.')");
        Assert.Empty(conversion.Agents);
        Assert.Equal("Pydantic AI", conversion.NotConverted.Single().Framework);
        Assert.Equal(CellOutcome.NotConverted, conversion.Cells.Single().Outcome);
    }
}
