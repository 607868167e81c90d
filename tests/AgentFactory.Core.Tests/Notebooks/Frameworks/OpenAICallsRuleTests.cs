using AgentFactory.Core.Notebooks;

namespace AgentFactory.Core.Tests.Notebooks.Frameworks;

public sealed class OpenAICallsRuleTests
{
    private const string Client = "from openai import OpenAI\nimport json\nclient = OpenAI()\n";

    [Fact]
    public void A_request_with_a_system_message_and_tools_is_an_agent()
    {
        var conversion = NotebookText.Convert(Client, """
            def get_price(city: str):
                return {"london": 799}.get(city.lower())
            tools = [{"type": "function", "function": {"name": "get_ticket_price", "description": "The price of a ticket.",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]
            system = "You are an assistant for FlightAI. "
            system += "Answer briefly."
            """, """
            def handle(call):
                args = json.loads(call.function.arguments)
                if call.function.name == "get_ticket_price":
                    return get_price(args["city"])
            def chat(message, history):
                messages = [{"role": "system", "content": system}] + history + [{"role": "user", "content": message}]
                response = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=tools)
                while response.choices[0].finish_reason == "tool_calls":
                    messages.append(response.choices[0].message)
                    messages.append({"role": "tool", "content": handle(response.choices[0].message.tool_calls[0])})
                    response = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=tools)
                return response.choices[0].message.content
            """);
        var agent = conversion.Agents.Single();
        Assert.Equal("chat", agent.Definition.Name);
        Assert.Equal("You are an assistant for FlightAI. Answer briefly.", agent.Definition.Instructions);
        Assert.Equal("openai/gpt-4o-mini", agent.Definition.Model);
        Assert.Equal(["get_ticket_price"], agent.Definition.Tools);
        Assert.Equal("tool-loop", conversion.Flow!.Kind);
        var program = conversion.Tool("get_ticket_price").Definition.Python!;
        Assert.Equal("get_price", program.Function);
        Assert.Contains("def get_price(city: str):", program.Code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("method of an object", """
        class Store:
            def __init__(self, unit): self.unit = unit
            def find(self, word): return word + self.unit
        store = Store("!")
        def run(name, args):
            if name == "look":
                return store.find(args["word"])
        """)]
    [InlineData("method of self", """
        class Desk:
            unit = "!"
            def find(self, word): return word + self.unit
            def run(self, name, args):
                if name == "look":
                    return self.find(**args)
        """)]
    [InlineData("dict of methods", """
        class Store:
            def find(self, word): return word + "!"
        store = Store()
        table = {"look": store.find}
        """)]
    [InlineData("branch that does the work itself", """
        def run(name, args):
            if name == "look":
                word = args["word"]
                return f"{word}!"
            return None
        """)]
    [InlineData("arguments as a text", """
        def run(arguments, name):
            args = json.loads(arguments)
            match name:
                case "look": return args["word"] + "!"
        """)]
    [InlineData("a whole tool call", """
        def run(call):
            args = json.loads(call.function.arguments)
            if call.function.name == "look":
                return "".join([args["word"], "!"])
        """)]
    [InlineData("getattr", """
        class Desk:
            def look(self, word): return word + "!"
            def run(self, name, args): return getattr(self, name)(**args)
        """)]
    public async Task A_tools_work_is_found_in_every_form_of_dispatch(string form, string dispatch)
    {
        Assert.NotEmpty(form);
        var conversion = NotebookText.Convert(Client, dispatch, """
            client.responses.create(model="gpt-4.1", instructions="Define words.", input="x", tools=[{"type": "function", "name": "look",
                "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}}])
            """);
        Assert.Equal(["look"], conversion.Agents.Single().Definition.Tools);
        Assert.Equal("\"fjord!\"", await PythonTool.RunAsync(conversion.Tool("look"), """{"word": "fjord"}"""));
    }

    [Theory]
    [InlineData("tools = json.loads('[{\"type\": \"function\", \"name\": \"look\", \"parameters\": {\"type\": \"object\", \"properties\": {\"word\": {\"type\": \"string\"}}}}]')")]
    [InlineData("from openai.types.responses import FunctionToolParam\ntools = [FunctionToolParam(type='function', name='look', parameters={'type': 'object', 'properties': {'word': {'type': 'string'}}})]")]
    [InlineData("tools = [{'type': 'function', 'function': {'name': look.__name__, 'description': look.__doc__, 'parameters': schema_of(look)}}]")]
    public void A_tool_is_declared_as_a_dict_a_text_an_object_or_by_its_function(string declared)
    {
        var conversion = NotebookText.Convert(Client, $"""
            def look(word: str):
                'Defines.'
                return word
            {declared}
            client.responses.create(model="gpt-4.1", instructions="Define.", input="x", tools=tools)
            """);
        Assert.Equal("string", conversion.Tool("look").Definition.Parameters.GetProperty("properties").GetProperty("word")
            .GetProperty("type").GetString());
    }

    [Fact]
    public void Tools_that_are_known_only_at_run_time_make_an_agent_that_says_so()
    {
        var conversion = NotebookText.Convert(Client, """
            from toolbox import Toolbox
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], tools=Toolbox().all())
            """);
        Assert.Single(conversion.Agents);
        Assert.Contains(conversion.Findings, f => f.What.Contains("put together at run time", StringComparison.Ordinal));
    }

    [Fact]
    public void A_fixed_prompt_around_an_image_is_the_instructions()
    {
        var conversion = NotebookText.Convert(Client, """
            def describe(image):
                return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": [
                    {"type": "text", "text": "List every damage of the parcel that you see."},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}}]}])
            """);
        Assert.Equal("List every damage of the parcel that you see.", conversion.Agent("describe").Definition.Instructions);
    }

    [Theory]
    [InlineData("dispatch = {'look': look_up}")]
    [InlineData("def run(name, args):\n    match name:\n        case 'look':\n            return look_up(**args)")]
    [InlineData("def run(name, args):\n    if name == 'other':\n        pass\n    elif name == 'look':\n        return look_up(args['word'])")]
    public void A_tools_function_is_found_through_the_dispatch(string dispatch)
    {
        var conversion = NotebookText.Convert(Client, $$"""
            def look_up(word):
                return word
            {{dispatch}}
            client.responses.create(model="gpt-4.1", instructions="Define words.", input="What is a fjord?", tools=[
                {"type": "function", "name": "look", "parameters": {"type": "object", "properties": {"word": {"type": "string"} } , "required": ["word"]} },
                {"type": "web_search_preview"}])
            """);
        Assert.Equal("look_up", conversion.Tool("look").Definition.Python!.Function);
        Assert.Equal(["hosted:web_search"], conversion.Agents.Single().UnavailableTools);
        Assert.Equal("my-notebook", conversion.Agents.Single().Definition.Name);
        Assert.Equal(("my-notebook", "What is a fjord?"), conversion.Examples.Select(e => (e.Agent, e.Input)).Single());
    }

    [Fact]
    public void A_declared_tool_without_a_function_is_left_out_with_its_schema()
    {
        var conversion = NotebookText.Convert(Client, """
            client.chat.completions.create(model="gpt-4.1", messages=[{"role": "user", "content": "hi"}], tools=[{"type": "function",
                "function": {"name": "book", "description": "Books.", "parameters": {"type": "object", "properties": {"seat": {"type": "string"}}}}}])
            """);
        Assert.Empty(conversion.Tools);
        var tool = conversion.UnavailableTools.Single();
        Assert.Equal(("book", "function", "Books."), (tool.Name, tool.Kind, tool.Description));
        Assert.Equal("seat", NormalisedConversion.Of(conversion).Tools.Single().Params!.Single().Name);
    }

    [Fact]
    public void One_function_called_with_several_instructions_is_several_agents()
    {
        var conversion = NotebookText.Convert(Client, """
            def ask(system, question):
                return client.chat.completions.create(model="gpt-4o", messages=[{"role": "system", "content": system}, {"role": "user", "content": question}])
            def critic(text):
                return ask("You criticise texts.", f"Criticise: {text}")
            def author(topic):
                return ask("You write texts.", topic)
            critic(author("rivers"))
            """);
        Assert.Equal(["author", "critic"], conversion.Agents.Select(a => a.Definition.Name).Order());
    }

    [Fact]
    public void Parts_known_only_at_run_time_stay_as_named_placeholders()
    {
        var agent = NotebookText.Convert(Client, """
            def answer(question):
                context = search(question)
                return client.chat.completions.create(model="gpt-4o", messages=[
                    {"role": "system", "content": f"Answer from this context: {context}. Today is {today()}."},
                    {"role": "user", "content": question}])
            """).Agents.Single();
        Assert.Equal("Answer from this context: {context}. Today is {today()}.", agent.Definition.Instructions);
    }

    [Fact]
    public void A_template_sent_as_the_users_message_is_the_instructions()
    {
        var agent = NotebookText.Convert(Client, """
            def translate(text, language):
                prompt = f"Translate the following text to {language}, keeping its tone:\n{text}"
                return client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
            """).Agents.Single();
        Assert.StartsWith("Translate the following text to {language}", agent.Definition.Instructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'What is 2+2?'}])")]
    [InlineData("def ask(q):\n    return client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': q}])")]
    [InlineData("client.embeddings.create(model='text-embedding-3-small', input='hello')")]
    [InlineData("import pandas as pd\ndf = pd.read_csv('a.csv')")]
    [InlineData("class Agent:\n    def __init__(self, name): self.name = name\nagent = Agent('x')")]
    public void A_plain_question_or_no_question_at_all_is_no_agent(string source)
    {
        var conversion = NotebookText.Convert(Client, source);
        Assert.Empty(conversion.Agents);
        Assert.Null(conversion.Flow);
        Assert.Contains("No agent was found.", conversion.ToReport(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_with_another_base_url_names_its_provider()
    {
        var agent = NotebookText.Convert("""
            from openai import OpenAI
            import os
            router = OpenAI(base_url="https://openrouter.ai/api/v1", api_key=os.getenv("OPENROUTER_API_KEY"))
            router.chat.completions.create(model="meta-llama/llama-3.3-70b-instruct", messages=[{"role": "system", "content": "Be a poet."}])
            """).Agents.Single();
        Assert.Equal("openrouter/meta-llama/llama-3.3-70b-instruct", agent.Definition.Model);
    }

    [Fact]
    public void Where_schema_and_function_disagree_the_call_of_the_notebook_is_kept_and_the_difference_reported()
    {
        var conversion = NotebookText.Convert(Client, """
            def find(index, text): return [text]
            index = 1
            def run(name, args):
                if name == "search":
                    return find(index, args["query"])
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "system", "content": "Search."}], tools=[{"type": "function", "function": {
                "name": "search", "parameters": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}}}])
            """);
        var program = conversion.Tool("search").Definition.Python!;
        Assert.Equal("call_find", program.Function);
        Assert.Contains("return find(index, given.get(\"query\"))", program.Code, StringComparison.Ordinal);
        Assert.Contains(conversion.Findings, f => f.About == "search" && f.What.Contains("disagree", StringComparison.Ordinal));
    }
}
