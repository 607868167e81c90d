using System.Net;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>One of everything a tenant can have, by the name a route gives it in its path.</summary>
internal sealed class TenantThings
{
    private const string Notebook =
        """
        {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"a","metadata":{},"execution_count":null,"outputs":[],
        "source":["print(1)"]}]}
        """;

    private readonly Dictionary<string, string> _ids = [];

    private TenantThings()
    {
    }

    /// <summary>The id to put in the place of <paramref name="parameter"/>; a new noun adds its own below.</summary>
    public string this[string parameter] => _ids.TryGetValue(parameter, out var id)
        ? id
        : throw new InvalidOperationException($"No {parameter} is made in TenantThings, so that its routes can't be tried from another tenant.");

    public static async Task<TenantThings> MakeAsync(TestTenant tenant)
    {
        var things = new TenantThings();
        var owner = tenant.Owner;
        async Task PostAsync(string parameter, string path, object body) =>
            things._ids[parameter] = (await (await owner.PostJsonAsync(path, body)).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString()!;

        await PostAsync("key", "/v1/keys", new { name = "a key", scopes = new[] { "runs:read" } });
        await PostAsync("agent", "/v1/agents", new { name = "bot", instructions = "Answer.", model = "demo/offline" });
        await PostAsync("tool", "/v1/tools", new
        {
            name = "one",
            description = "Gives one.",
            kind = "python",
            parameters = new { type = "object" },
            python = new { code = "def one():\n    return 1\n", function = "one" },
        });
        await PostAsync("session", "/v1/sessions", new { agent = "bot" });
        var run = await (await owner.PostJsonAsync("/v1/runs", new { agent = "bot", input = "Hello" })).JsonAsync();
        things._ids["run"] = run.GetProperty("id").GetString()!;
        var notebook = await owner.SendTextAsync(HttpMethod.Post, "/v1/notebooks?install=false&name=book", Notebook);
        things._ids["notebook"] = (await notebook.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString()!;
        await owner.PutJsonAsync("/v1/secrets/API_KEY", new { value = "kept" });
        things._ids["name"] = "API_KEY";
        things._ids["number"] = "1";
        return things;
    }
}
