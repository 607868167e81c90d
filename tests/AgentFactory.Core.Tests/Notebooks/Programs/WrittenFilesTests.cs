using AgentFactory.Core.Notebooks;

namespace AgentFactory.Core.Tests.Notebooks.Programs;

public sealed class WrittenFilesTests
{
    private const string Tools = """
        %%writefile desk/tools.py
        from agents import function_tool
        RATE = 2
        PROMPT = "From the file."
        @function_tool
        def double(n: int) -> int:
            '''Doubles.'''
            return n * RATE
        """;

    [Theory]
    [InlineData("from desk.tools import double, PROMPT", "PROMPT", "double")]
    [InlineData("from desk.tools import *", "PROMPT", "double")]
    [InlineData("from desk.tools import double as twice, PROMPT as text", "text", "twice")]
    [InlineData("import desk.tools as kit", "kit.PROMPT", "kit.double")]
    [InlineData("from desk import tools as kit", "kit.PROMPT", "kit.double")]
    public void Python_that_a_cell_writes_to_a_file_is_what_importing_it_gives(string import, string prompt, string tool)
    {
        var conversion = NotebookText.Convert(
            Tools, $"from agents import Agent\n{import}\nagent = Agent(name='A', instructions={prompt}, tools=[{tool}])");
        Assert.Equal("From the file.", conversion.Agents.Single().Definition.Instructions);
        Assert.Equal("Doubles.", conversion.Tool("double").Definition.Description);
        Assert.Equal(new Provenance(0, 6), conversion.Tool("double").Origin);
        Assert.Equal(CellOutcome.Converted, conversion.Cells[0].Outcome);
        var program = conversion.Tool("double").Definition.Python!;
        Assert.Empty(program.Requirements);
        Assert.Contains("RATE = 2", program.Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open('prompts/desk.md').read()")]
    [InlineData("open('./prompts/desk.md', encoding='utf-8').read()")]
    [InlineData("Path('prompts/desk.md').read_text()")]
    public void Text_that_a_cell_writes_to_a_file_is_what_reading_it_gives(string read)
    {
        var conversion = NotebookText.Convert(
            "%%writefile prompts/desk.md\nYou sort parcels.\n",
            $"from pathlib import Path\nfrom agents import Agent\nagent = Agent(name='A', instructions={read})");
        Assert.Equal("You sort parcels.\n", conversion.Agents.Single().Definition.Instructions);
        Assert.Equal(CellOutcome.Support, conversion.Cells[0].Outcome);
    }

    [Fact]
    public void Files_that_nothing_reads_are_passed_over_and_unknown_ones_stay_placeholders()
    {
        var conversion = NotebookText.Convert(
            "%%writefile Dockerfile\nFROM scratch\n",
            "from agents import Agent\nagent = Agent(name='A', instructions=open('gone.md').read())");
        Assert.Equal(CellOutcome.Ignored, conversion.Cells[0].Outcome);
        Assert.Equal("{open('gone.md').read()}", conversion.Agents.Single().Definition.Instructions);
    }

    [Fact]
    public void Secrets_in_written_files_are_removed()
    {
        var conversion = NotebookText.Convert(
            "%%writefile .env\nOPENAI_API_KEY=sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD\n",
            "from agents import Agent\nagent = Agent(name='A', instructions=open('.env').read())");
        Assert.DoesNotContain("abcdefghijklmnop", conversion.AllText(), StringComparison.Ordinal);
    }
}
