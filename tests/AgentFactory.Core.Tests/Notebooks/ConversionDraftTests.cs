using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tools;

namespace AgentFactory.Core.Tests.Notebooks;

public sealed class ConversionDraftTests
{
    private static readonly NotebookConversion Shop = NotebookText.Convert("""
        import requests, yaml
        from agents import Agent, Runner, function_tool
        @function_tool
        def find_price(item: str) -> str:
            "Looks a price up."
            return requests.get("https://prices.example/" + item).text
        @function_tool
        def read_list(text: str) -> list:
            "Reads a list."
            return yaml.safe_load(requests.utils.unquote(text))
        cook = Agent(name="cook", instructions="Cook: \"well\"\nand slowly.", tools=[read_list])
        shop = Agent(name="shop", instructions="Sell.", tools=[find_price], handoffs=[cook])
        Runner.run_sync(shop, "How much is an apple?")
        """);

    private static readonly IReadOnlyDictionary<string, string> Files = ConversionDraft.Files(Shop);

    [Fact]
    public void A_draft_is_one_file_for_each_thing_in_the_order_of_their_paths() => Assert.Equal(
        ["agents/cook.yaml", "agents/shop.yaml", "examples.json", "flow.json", "report.md", "requirements.txt",
         "tools/find_price.json", "tools/find_price.py", "tools/read_list.json", "tools/read_list.py"],
        Files.Keys);

    [Fact]
    public void Agents_and_tools_are_written_without_loss()
    {
        foreach (var agent in Shop.Agents)
            Assert.Equal(AgentDocument.ToYaml(agent.Definition), Files[$"agents/{agent.Definition.Name}.yaml"]);
        Assert.Contains("handoffs:\n  - cook\n", Files["agents/shop.yaml"], StringComparison.Ordinal);
        foreach (var tool in Shop.Tools)
        {
            var read = JsonSerializer.Deserialize<ToolDefinition>(Files[$"tools/{tool.Definition.Name}.json"], Wire.Options)!;
            Assert.Equal(JsonSerializer.Serialize(tool.Definition, Wire.Options), JsonSerializer.Serialize(read, Wire.Options));
            Assert.Equal(read.Python!.Code, Files[$"tools/{read.Name}.py"]);
        }
    }

    [Fact]
    public void Flow_and_examples_are_what_the_conversion_found()
    {
        var flow = JsonSerializer.Deserialize<ConvertedFlow>(Files["flow.json"], Wire.Options)!;
        Assert.Equal(Shop.Flow!.Edges, flow.Edges);
        var example = Assert.Single(JsonSerializer.Deserialize<List<ExampleInput>>(Files["examples.json"], Wire.Options)!);
        Assert.Equal(("shop", "How much is an apple?"), (example.Agent, example.Input));
    }

    [Fact]
    public void Requirements_of_all_tools_stand_there_once_and_sorted() => Assert.Equal(
        Shop.Tools.SelectMany(t => t.Definition.Python!.Requirements).Distinct().Order(StringComparer.Ordinal),
        Files["requirements.txt"].TrimEnd('\n').Split('\n'));

    [Fact]
    public void A_report_ends_its_code_block_itself_whatever_a_notebook_says()
    {
        var files = ConversionDraft.Files(NotebookText.Convert(
            "from agents import Agent", "a = Agent(name='x', instructions='```\\n# Not a heading')", "```"));
        Assert.Equal(2, files["report.md"].Split('\n').Count(line => line.StartsWith("```", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_a_notebook_lacks_has_no_file() => Assert.Equal(
        ["agents/x.yaml", "flow.json", "report.md"], ConversionDraft.Files(NotebookText.Convert(
            "from agents import Agent", "x = Agent(name='x', instructions='1')")).Keys);
}
