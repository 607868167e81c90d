namespace AgentFactory.Core.Tests.Notebooks.Programs;

/// <summary>Functions that libraries call for the notebook.</summary>
public sealed class PassedFunctionsTests
{
    private const string Ask = """
        import asyncio, threading
        from functools import partial
        from concurrent.futures import ThreadPoolExecutor
        from openai import OpenAI
        client = OpenAI()
        def ask(system, text="x"):
            return client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "system", "content": system}, {"role": "user", "content": text}])
        """;

    [Theory]
    [InlineData("await asyncio.to_thread(ask, 'Sort it.')")]
    [InlineData("await asyncio.to_thread(lambda: ask('Sort it.'))")]
    [InlineData("await asyncio.get_running_loop().run_in_executor(None, ask, 'Sort it.')")]
    [InlineData("threading.Thread(target=ask, args=('Sort it.', 'b')).start()")]
    [InlineData("list(map(partial(ask, 'Sort it.'), ['a', 'b']))")]
    [InlineData("ThreadPoolExecutor().submit(ask, 'Sort it.', 'b').result()")]
    [InlineData("ThreadPoolExecutor().map(lambda text: ask('Sort it.', text), ['a', 'b'])")]
    [InlineData("table['answer'] = table['text'].apply(lambda text: ask('Sort it.', text))")]
    public void A_request_made_for_the_notebook_by_a_library_is_seen(string call)
    {
        var agent = NotebookText.Convert(Ask, call).Agents.Single();
        Assert.Equal("Sort it.", agent.Definition.Instructions);
    }
}
