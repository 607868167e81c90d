using AgentFactory.Core.Notebooks.Secrets;

namespace AgentFactory.Core.Tests.Notebooks.Secrets;

public sealed class LiteralSecretsTests
{
    // Put together here, so that no scanner takes this file for a leak.
    private const string OpenAiKey = "sk-" + "proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z";
    private const string GroqKey = "gsk" + "_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z";

    [Theory]
    [InlineData($"os.environ['OPENAI_API_KEY'] = '{OpenAiKey}'", "OPENAI_API_KEY")]
    [InlineData($"openai.api_key = \"{OpenAiKey}\"", "OPENAI_API_KEY")]
    [InlineData($"client = OpenAI(api_key='{OpenAiKey}')", "OPENAI_API_KEY")]
    [InlineData($"MY_KEY: str = '{OpenAiKey}'", "MY_KEY")]
    [InlineData($"client = Groq(\"{GroqKey}\")", "GROQ_API_KEY")]
    [InlineData("serper_api_key = '9f8e7d6c5b4a39281706f5e4d3c2b1a0'", "SERPER_API_KEY")]
    [InlineData("params = {'app_token': 'a1b2c3d4e5f6g7h8i9j0k1'}", "APP_TOKEN")]
    [InlineData("DB_PASSWORD = \"hunter2-is-mine\"", "DB_PASSWORD")]
    public void A_key_in_code_becomes_a_look_up_of_its_variable(string line, string name)
    {
        var removed = new List<RemovedSecret>();
        var text = LiteralSecrets.Remove("x = 1\n" + line, 3, removed);
        Assert.EndsWith($"__import__(\"os\").environ[\"{name}\"]", text.TrimEnd(')', '}'), StringComparison.Ordinal);
        Assert.Equal(new RemovedSecret(name, new Core.Notebooks.Provenance(3, 2)), removed.Distinct().Single());
    }

    [Theory]
    [InlineData($"# my key is {OpenAiKey}", "# my key is [removed OPENAI_API_KEY]")]
    [InlineData($"print(f\"key {OpenAiKey} ok\")", "print(f\"key [removed OPENAI_API_KEY] ok\")")]
    [InlineData($"!export OPENAI_API_KEY={OpenAiKey}", "!export OPENAI_API_KEY=[removed OPENAI_API_KEY]")]
    [InlineData("url = \"postgresql://me:s3cr3t-pass@db.host/x\"", "url = \"postgresql://me:[removed DATABASE_PASSWORD]@db.host/x\"")]
    public void Anywhere_else_it_becomes_a_mark(string line, string expected)
    {
        var removed = new List<RemovedSecret>();
        Assert.Equal(expected, LiteralSecrets.Remove(line, 0, removed));
        Assert.Single(removed);
    }

    [Theory]
    [InlineData("os.environ['OPENAI_API_KEY'] = 'your-api-key-here'")]
    [InlineData("api_key = 'sk-...'")]
    [InlineData("api_key = os.getenv('OPENAI_API_KEY', 'your_openai_api_key_here')")]
    [InlineData("key = 'customer_name'")]
    [InlineData("cache_key = 'user:profile:latest'")]
    [InlineData("sort_key = 'created_at'")]
    [InlineData("primary_key = 'id'; token = 'END_OF_TURN'")]
    [InlineData("text = 'risk-free-and-easy-going-vacation-planning'")]
    [InlineData("prompt = \"\"\"Use the api_key: ask the user\"\"\"")]
    [InlineData("model = 'meta-llama/Llama-3.3-70B-Instruct-Turbo'")]
    [InlineData("monkey = 'a1b2c3d4e5f6g7h8i9j0k1'")]
    public void Examples_names_and_words_stay(string line)
    {
        var removed = new List<RemovedSecret>();
        Assert.Equal(line, LiteralSecrets.Remove(line, 0, removed));
        Assert.Empty(removed);
    }

    [Fact]
    public void No_artefact_of_a_conversion_holds_the_key()
    {
        var conversion = NotebookText.Convert(
            $"import os\nos.environ['OPENAI_API_KEY'] = '{OpenAiKey}'\n# {GroqKey}",
            $"""
            from agents import Agent, function_tool
            TOKEN = "{GroqKey}"
            @function_tool
            def call(x: str) -> str:
                '''Sends {OpenAiKey}.'''
                return x + TOKEN
            agent = Agent(name="A", instructions="Use {OpenAiKey} always.", tools=[call])
            """);
        var all = conversion.AllText();
        Assert.DoesNotContain(OpenAiKey, all, StringComparison.Ordinal);
        Assert.DoesNotContain(GroqKey, all, StringComparison.Ordinal);
        Assert.Equal(["GROQ_API_KEY", "OPENAI_API_KEY"], conversion.Secrets.Where(s => s.LiteralRemoved).Select(s => s.Name));
        Assert.Contains("GROQ_API_KEY", conversion.Tool("call").Definition.Python!.Secrets);
        Assert.Contains("its value stood in the notebook and was removed", conversion.ToReport(), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_take_linear_time()
    {
        var text = string.Concat(Enumerable.Repeat("key = ", 200_000)) + "'" + new string('a', 200_000);
        Assert.Equal(text, LiteralSecrets.Remove(text, 0, []));
    }
}
