using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Notebooks;

/// <summary>The whole line: a notebook goes in, an agent that calls the notebook's own Python answers.</summary>
public sealed class NotebookToAnswerTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private HttpClient Acme { get; } = shared.NewTenant().Owner;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_of_a_notebook_answers_with_the_notebook_s_own_tool()
    {
        var made = await (await SendAsync(Notebook("openai_agents", Helper, Tool, Agents), "?name=shop&model=demo/offline")).JsonAsync(
            HttpStatusCode.Created);
        Assert.Equal(["order-agent created", "triage-agent created"], Things(made, "agents").Order());
        Assert.Equal(["lookup_order created"], Things(made, "tools"));
        Assert.DoesNotContain(Literal, made.GetRawText(), StringComparison.Ordinal);

        var triage = (await (await Acme.FetchAsync("/v1/agents/triage-agent")).JsonAsync()).GetProperty("definition");
        Assert.Equal("Send the customer to the right agent of ACME.", triage.GetProperty("instructions").GetString());
        Assert.Equal("order-agent", triage.GetProperty("handoffs")[0].GetString());
        Assert.Equal("demo/offline", triage.GetProperty("model").GetString());

        var reason = await shared.App.Services.GetRequiredService<ISandbox>().SelfTestAsync(Cancelled);
        Assert.SkipWhen(reason is not null, reason ?? "");
        var run = await (
            await Acme.PostJsonAsync("/v1/runs", new { agent = "order-agent", input = "Please look up the order 4711." })).JsonAsync();
        Assert.Equal("completed", run.GetProperty("outcome").GetString());
        Assert.Contains("order 4711 is on its way", run.GetProperty("output").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, run.GetProperty("tool_calls").GetInt32());
    }

    [Fact]
    public async Task A_notebook_that_was_edited_brings_its_agents_up_to_date()
    {
        await (await SendAsync(Notebook("openai_agents", Helper, Tool, Agents), "?name=shop")).JsonAsync(HttpStatusCode.Created);
        var same = await (await SendAsync(Notebook("openai_agents", Helper, Tool, Agents), "?name=shop")).JsonAsync(HttpStatusCode.Created);
        Assert.All(Things(same, "agents").Concat(Things(same, "tools")), thing => Assert.EndsWith(" unchanged", thing));
        var edited = Tool.Replace("on its way", "delivered", StringComparison.Ordinal);
        var changed = await (
            await SendAsync(Notebook("openai_agents", Helper, edited, Agents), "?name=shop")).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(["lookup_order updated"], Things(changed, "tools"));
        Assert.Equal(["order-agent updated", "triage-agent unchanged"], Things(changed, "agents").Order());
    }

    [Fact]
    public async Task A_notebook_without_an_agent_installs_nothing_and_says_so()
    {
        var made = await (await SendAsync(Notebook("pandas", "import pandas as pd\ndf = pd.DataFrame()"), "?name=plain")).JsonAsync(
            HttpStatusCode.Created);
        Assert.Empty(Things(made, "agents"));
        Assert.Contains("No agent was found", made.GetProperty("report").GetString(), StringComparison.Ordinal);
    }

    private const string Literal = "sk-proj-not-a-real-key-0123456789abcdef";

    private const string Helper =
        $"import os\nos.environ['OPENAI_API_KEY'] = '{Literal}'\nCOMPANY = 'ACME'\n\ndef text_of(order_id):\n    return f'order {{order_id}}'\n";

    private const string Tool =
        """
        from agents import Agent, Runner, function_tool

        @function_tool
        def lookup_order(order_id: str) -> str:
            "Look up an order by its number."
            return text_of(order_id) + ' is on its way'
        """;

    private const string Agents =
        """
        order_agent = Agent(name="Order agent", instructions="Answer questions about orders.", tools=[lookup_order], model="gpt-4.1")
        triage_agent = Agent(name="Triage agent", instructions=f"Send the customer to the right agent of {COMPANY}.", handoffs=[order_agent])
        """;

    private static byte[] Notebook(string kernel, params string[] cells) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        nbformat = 4,
        nbformat_minor = 5,
        metadata = new { kernelspec = new { name = "python3", language = "python", display_name = kernel } },
        cells = cells.Select(source => new { cell_type = "code", source, metadata = new { }, outputs = Array.Empty<object>() }),
    }));

    private async Task<HttpResponseMessage> SendAsync(byte[] file, string query)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ipynb+json");
        return await Acme.PostAsync("/v1/notebooks" + query, content, Cancelled);
    }

    private static List<string> Things(JsonElement notebook, string list) =>
        [.. notebook.GetProperty(
            list).EnumerateArray().Select(t => $"{t.GetProperty("name").GetString()} {t.GetProperty("change").GetString()}")];
}
