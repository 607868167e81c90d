using System.Net;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Notebooks;
using AgentFactory.Core.Tools;
using AgentFactory.Server.Notebooks;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Server.Tests.Notebooks;

/// <summary>What installing does, with conversions made by hand: the cases a converter comes to only now and then.</summary>
public sealed class InstallNotebookTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Code = "def lookup(order_id):\n    return order_id\n";

    private readonly TestTenant _acme = shared.NewTenant();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agents_and_tools_are_made_and_a_second_time_unchanged()
    {
        var first = await InstallAsync(Conversion("shop"));
        Assert.Equal(["triage created 1", "order created 1"], Things(first, "agents"));
        Assert.Equal(["lookup created 1", "ask_order created 1"], Things(first, "tools"));
        var second = await InstallAsync(Conversion("shop"));
        Assert.Equal(["triage unchanged 1", "order unchanged 1"], Things(second, "agents"));
        Assert.Equal(["lookup unchanged 1", "ask_order unchanged 1"], Things(second, "tools"));
        var triage = (await (await _acme.Owner.FetchAsync("/v1/agents/triage")).JsonAsync()).GetProperty("definition");
        Assert.Equal(["order"], Names(triage, "handoffs"));
        Assert.Equal(["lookup", "ask_order"], Names(triage, "tools"));
    }

    [Fact]
    public async Task A_changed_agent_gets_a_new_version_which_answers()
    {
        await InstallAsync(Conversion("shop"));
        var changed = Conversion("shop");
        changed = changed with
        {
            Agents = [
            changed.Agents[0] with { Definition = changed.Agents[0].Definition with { Instructions = "New." } }, changed.Agents[1]]
        };
        Assert.Equal(["triage updated 2", "order unchanged 1"], Things(await InstallAsync(changed), "agents"));
        var triage = await (await _acme.Owner.FetchAsync("/v1/agents/triage")).JsonAsync();
        Assert.Equal(("New.", 2), (
            triage.GetProperty("definition").GetProperty("instructions").GetString(), triage.GetProperty("published_version").GetInt32()));
    }

    [Fact]
    public async Task A_version_that_a_person_published_goes_on_answering_and_the_notebooks_waits()
    {
        await InstallAsync(Conversion("shop"));
        var mine = new { name = "triage", model = "demo/offline", instructions = "Mine.", tools = new[] { "lookup" } };
        await (await _acme.Owner.SendAsync(HttpMethod.Post, "/v1/agents/triage/versions?publish=true", mine, ("If-Match", "*")))
            .JsonAsync(HttpStatusCode.Created);
        var same = await InstallAsync(Conversion("shop"));
        Assert.Equal(["triage unchanged 2", "order unchanged 1"], Things(same, "agents"));
        Assert.DoesNotContain("agent publish", same.GetProperty("report").GetString(), StringComparison.Ordinal);

        var changed = await InstallAsync(Changed("Newer."));
        Assert.Equal(["triage waiting 3", "order unchanged 1"], Things(changed, "agents"));
        Assert.Equal("agent-factory agent publish triage 3", changed.GetProperty("agents")[0].GetProperty("next").GetString());
        Assert.Contains("agent-factory agent publish triage 3", changed.GetProperty("report").GetString(), StringComparison.Ordinal);
        Assert.Equal(("Mine.", 2), await PublishedAsync());
        Assert.Equal("agent-factory agent publish triage 3",
            (await InstallAsync(Changed("Newer."))).GetProperty("agents")[0].GetProperty("next").GetString());

        await (await _acme.Owner.SendAsync(HttpMethod.Post, "/v1/agents/triage/publish", new { version = 3 }, ("If-Match", "*"))).JsonAsync();
        Assert.Equal(["triage updated 4", "order unchanged 1"], Things(await InstallAsync(Changed("Newest.")), "agents"));
        Assert.Equal(("Newest.", 4), await PublishedAsync());
    }

    [Fact]
    public async Task A_version_that_a_person_went_back_to_goes_on_answering()
    {
        await InstallAsync(Conversion("shop"));
        await InstallAsync(Changed("Worse."));
        await (await _acme.Owner.SendAsync(HttpMethod.Post, "/v1/agents/triage/rollback", new { }, ("If-Match", "*"))).JsonAsync();
        Assert.Equal(["triage unchanged 1", "order unchanged 1"], Things(await InstallAsync(Changed("Worse.")), "agents"));
        Assert.Equal(["triage waiting 3", "order unchanged 1"], Things(await InstallAsync(Changed("Other.")), "agents"));
        Assert.Equal(("Sort.", 1), await PublishedAsync());
    }

    [Fact]
    public async Task A_changed_tool_makes_new_versions_of_the_agents_that_use_it()
    {
        await InstallAsync(Conversion("shop"));
        var installed = await InstallAsync(Conversion("shop", Code + "# better\n"));
        Assert.Equal(["lookup updated 2", "ask_order unchanged 1"], Things(installed, "tools"));
        Assert.Equal(["triage updated 2", "order unchanged 1"], Things(installed, "agents"));
        var version = await (await _acme.Owner.FetchAsync("/v1/agents/triage/versions/1")).JsonAsync();
        Assert.Equal(Code, version.GetProperty("tools")[0].GetProperty("python").GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_a_person_granted_stays_until_the_code_changes()
    {
        await InstallAsync(Conversion("shop"));
        var tool = JsonSerializer.Deserialize<Dictionary<string,
        object>>((await (await _acme.Owner.FetchAsync("/v1/tools/lookup")).JsonAsync()).GetRawText())!;
        foreach (var key in new[] { "id", "revision", "created_at", "updated_at" }) tool.Remove(key);
        tool["timeout_seconds"] = 99;
        tool["python"] = new { code = Code, function = "lookup", network = true };
        await (await _acme.Owner.SendAsync(HttpMethod.Put, "/v1/tools/lookup", tool, ("If-Match", "*"))).JsonAsync();
        Assert.Equal(["lookup unchanged 2", "ask_order unchanged 1"], Things(await InstallAsync(Conversion("shop")), "tools"));
        Assert.True(await NetworkAsync());
        Assert.Equal("lookup updated 3", Things(await InstallAsync(Conversion("shop", Code + "import os\n")), "tools")[0]);
        Assert.False(await NetworkAsync());

        async Task<bool> NetworkAsync() =>
            (await (await _acme.Owner.FetchAsync("/v1/tools/lookup")).JsonAsync()).GetProperty(
                "python").GetProperty("network").GetBoolean();
    }

    [Fact]
    public async Task A_name_that_belongs_to_something_else_gets_a_number_everywhere()
    {
        await (await _acme.Owner.PostJsonAsync("/v1/agents", new { name = "order", model = "demo/offline", instructions = "By hand." }))
            .JsonAsync(HttpStatusCode.Created);
        await InstallAsync(Conversion("first"));
        var second = await InstallAsync(Conversion("second"));
        Assert.Equal(["triage-2 created 1 (triage)", "order-3 created 1 (order)"], Things(second, "agents"));
        Assert.Equal(["lookup_2 created 1 (lookup)", "ask_order_2 created 1 (ask_order)"], Things(second, "tools"));
        var triage = (await (await _acme.Owner.FetchAsync("/v1/agents/triage-2")).JsonAsync()).GetProperty("definition");
        Assert.Equal(["order-3"], Names(triage, "handoffs"));
        Assert.Equal(["lookup_2", "ask_order_2"], Names(triage, "tools"));
        Assert.Equal(
            "order-3", (await (await _acme.Owner.FetchAsync("/v1/tools/ask_order_2")).JsonAsync()).GetProperty("agent").GetString());
        Assert.Contains("triage-2", second.GetProperty("report").GetString(), StringComparison.Ordinal);
        Assert.Equal("order-3", second.GetProperty("conversion").GetProperty("flow").GetProperty("nodes")[1].GetString());
        var byHand = await (await _acme.Owner.FetchAsync("/v1/agents/order")).JsonAsync();
        Assert.Equal(("By hand.", 1), (
            byHand.GetProperty("definition").GetProperty("instructions").GetString(), byHand.GetProperty("latest_version").GetInt32()));

        Assert.Equal(["triage unchanged 1", "order-2 unchanged 1 (order)"], Things(await InstallAsync(Conversion("first")), "agents"));
        Assert.Equal(
            ["triage-2 unchanged 1 (triage)", "order-3 unchanged 1 (order)"], Things(await InstallAsync(Conversion("second")), "agents"));
    }

    [Fact]
    public async Task A_deleted_agent_comes_back_with_its_notebook()
    {
        await InstallAsync(Conversion("shop"));
        Assert.Equal(HttpStatusCode.NoContent, (
            await _acme.Owner.SendAsync(HttpMethod.Delete, "/v1/agents/order", null, ("If-Match", "*"))).StatusCode);
        Assert.Equal(["triage unchanged 1", "order created 1"], Things(await InstallAsync(Conversion("shop")), "agents"));
    }

    [Fact]
    public async Task A_definition_that_breaks_a_rule_installs_nothing_of_its_notebook()
    {
        var broken = Conversion("shop");
        broken = broken with
        {
            Agents = [
            broken.Agents[0], broken.Agents[1] with { Definition = broken.Agents[1].Definition with { Instructions = "a\0b" } }]
        };
        var refusal = await Assert.ThrowsAsync<AgentFactoryException>(() => InstallAsync(broken));
        Assert.Equal((ErrorCodes.Invalid, "order.instructions"), (refusal.Code, refusal.Param));
        Assert.Contains("cell 1, line 1", refusal.Message, StringComparison.Ordinal);
        foreach (var noun in new[] { "agents", "notebooks" })
            Assert.Equal(0, (await (await _acme.Owner.FetchAsync($"/v1/{noun}")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_notebook_that_would_hold_up_everybody_is_not_installed()
    {
        var shop = Conversion("shop");
        var crowd = shop with
        {
            Agents = [.. Enumerable.Range(0, 201).Select(i =>
                shop.Agents[1] with { Definition = shop.Agents[1].Definition with { Name = $"order-{i}" } })],
            Tools = [],
        };
        var heavy = Conversion("heavy", Code + "# " + new string('x', 900_000));
        heavy = heavy with
        {
            Agents = [heavy.Agents[1], .. Enumerable.Range(0, 50).Select(i =>
                heavy.Agents[0] with { Definition = heavy.Agents[0].Definition with { Name = $"triage-{i}" } })],
        };
        foreach (var conversion in new[] { crowd, heavy })
        {
            var refused = await Assert.ThrowsAsync<AgentFactoryException>(() => InstallAsync(conversion));
            Assert.Equal(ErrorCodes.NotebookInvalid, refused.Code);
            Assert.Contains("install=false", refused.Message, StringComparison.Ordinal);
        }
        Assert.Empty((await (await _acme.Owner.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task Installs_of_one_notebook_at_once_end_in_one_set_of_agents()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => InstallAsync(Conversion("shop", Code + $"# {i % 2}\n"))));
        var agents = (await (await _acme.Owner.FetchAsync("/v1/agents")).JsonAsync()).GetProperty("data").EnumerateArray();
        Assert.Equal(["order", "triage"], agents.Select(a => a.GetProperty("name").GetString()!).Order());
        Assert.Equal(6, (await (await _acme.Owner.FetchAsync("/v1/notebooks")).JsonAsync()).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public void Names_that_are_cut_for_a_number_stay_within_their_length()
    {
        var name = new string('a', 63);
        var plan = InstalledNames.Plan([name, "b"], new Dictionary<string, string>(), [name, new string('a', 61) + "-2", "b"], '-', 63);
        Assert.Equal([new string('a', 61) + "-3", "b-2"], plan.Values);
    }

    private static NotebookConversion Changed(string instructions)
    {
        var conversion = Conversion("shop");
        return conversion with
        {
            Agents = [conversion.Agents[0] with { Definition = conversion.Agents[0].Definition with { Instructions = instructions } }, conversion.Agents[1]],
        };
    }

    private async Task<(string?, int)> PublishedAsync()
    {
        var agent = await (await _acme.Owner.FetchAsync("/v1/agents/triage")).JsonAsync();
        return (agent.GetProperty("definition").GetProperty("instructions").GetString(), agent.GetProperty("published_version").GetInt32());
    }

    private async Task<JsonElement> InstallAsync(NotebookConversion conversion)
    {
        Assert.True(Ids.TryDecode(TenantId.Prefix, await _acme.IdAsync(), out var tenant));
        var install = shared.App.Services.GetRequiredService<InstallNotebook>();
        var row = await install.RunAsync(new TenantId(tenant), Ids.New(TimeProvider.System), conversion, install: true, Cancelled);
        return await (await _acme.Owner.FetchAsync($"/v1/notebooks/{Ids.Encode("nb", row.NotebookId)}")).JsonAsync();
    }

    private static NotebookConversion Conversion(string name, string code = Code) => new()
    {
        Name = name,
        Sha256 = new string('0', 64),
        Language = "python",
        Agents =
        [
            new ConvertedAgent(
                new AgentDefinition
                {
                    Name = "triage", Model = "demo/offline", Instructions = "Sort.", Tools = ["lookup", "ask_order"], Handoffs = ["order"],
                    Settings = new ModelSettings { ToolChoice = "lookup" },
                },
                "Triage", [], new Provenance(1, 1)) { Framework = "openai-agents" },
            new ConvertedAgent(
                new AgentDefinition { Name = "order", Model = "demo/offline", Instructions = "Order." }, "Order", [],
                new Provenance(1, 1)) { Framework = "openai-agents" },
        ],
        Tools =
        [
            new ConvertedTool(
                new ToolDefinition
                {
                    Name = "lookup", Parameters = JsonElement.Parse("""{"type":"object"}"""), Kind = ToolKind.Python, Effect = ToolEffect.Read,
                    Python = new PythonProgram(code, "lookup"),
                }, new Provenance(0, 1)),
            new ConvertedTool(
                new ToolDefinition
                {
                    Name = "ask_order", Parameters = JsonElement.Parse("""{"type":"object"}"""), Kind = ToolKind.Agent, Effect = ToolEffect.Idempotent, Agent = "order",
                }, new Provenance(0, 1)),
        ],
        Flow = new ConvertedFlow(
            "handoff")
        { Nodes = ["triage", "order"], Edges = [new FlowEdge("START", "triage"), new FlowEdge("triage", "order")] },
    };

    private static List<string> Names(JsonElement definition, string list) =>
        [.. definition.GetProperty(list).EnumerateArray().Select(n => n.GetString()!)];

    private static List<string> Things(JsonElement notebook, string list) => [.. notebook.GetProperty(list).EnumerateArray().Select(t =>
        $"{t.GetProperty("name").GetString()} {t.GetProperty("change").GetString()} {t.GetProperty("version").GetInt64()}"
        + (t.TryGetProperty("renamed_from", out var from) ? $" ({from.GetString()})" : ""))];
}
